// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Japanese. Data only; table.h says what the fields mean.
#ifndef QUIPU_GENERATOR_LANGUAGES_JA_H_
#define QUIPU_GENERATOR_LANGUAGES_JA_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable JapaneseTable() {
  LanguageTable table;
  table.language = Language::kJapanese;
  table.code = "ja";
  table.name = "Japanese";
  table.own_name = "日本語";
  table.spaces = false;
  table.stop_words =
      "の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など "
      "なっ なる ない この ため その あっ よう また "
      "もの という あり まで られ へ か だ これ によって により おり より による ず なり られる "
      "において ば なかっ なく しかし について せ だっ その他 "
      "できる できます それ う ので なお のみ でき き つ における および いう さらに でも ら たり "
      "ます ました ません です でした である であった どの "
      "どのよう どのような どのように どう なぜ 何 なに いつ どこ 誰 だれ どれ どんな いくつ "
      "いくら ここ そこ あの そして または もし 場合 とき 時 中 後 "
      "前 上 下 的 者 性 化 等 ほど くらい だけ しか ながら つつ まま さん たち して した される "
      "された されて され している していた しない いた いて "
      "いない なった なって あった あります います ください すべて 各 同じ 他 ほか";
  table.number_words =
      "零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十";
  table.question_words =
      "何 なに なぜ いつ どこ 誰 だれ どの どれ どんな どう どちら いくつ いくら 何故 どうして "
      "説明してください";
  table.question_words_anywhere = true;
  table.question_ends = "か かな ですか ますか でしょうか なのか のか か。";
  table.affirmations = "はい いいえ";
  table.alternatives = "または それとも か どちら";
  table.banned_words = "この文 文の中 短い言葉 文章 本文 抜粋 上の文 下の文 文中";
  table.source =
      "(?:この|本|上記の?|以下の?|前述の|与えられた|提供された)(?:文章|文書|テキスト|抜粋|段落|"
      "記事|一節|章|節|文(?:は|が|の|に|で|を|から)|"
      "ドキュメント|本文|文中)"
      "|(?:文章|文書|テキスト|抜粋|段落|記事|本文|文中)(?:によると|によれば|では|で述べ|に書かれ|"
      "で言及|の中で|"
      "で説明)"
      "|(?:文|文章)の中(?:で|に|の)|(?:著者|筆者|作者|語り手)(?:は|が|の|によ)|(?:上で|前に|上記で)"
      "(?:述べ|説明|言及)"
      "|(?:上述|前述)(?:の|した|された)";
  table.narrators = "(?:なぜ私|私はなぜ|私が|私たちが|私は)";
  table.first_person =
      "(?:私|わたし|僕|俺)(?:は|が|の|に|を|も|と|たち|達|ら|自身)|我々|われわれ|我ら";
  table.refusals =
      "(?:ai|人工知能|言語モデル)(?:として|なので)|(?:申し訳|すみません|ごめんなさい)"
      "|(?:お答え|回答)(?:することは)?でき(?:ません|ない)|(?:記載|言及|記述|明記)(?:されて|は|が|"
      "して)"
      "(?:い(?:ません|ない)|ありません|ない)";
  table.vague =
      "^(?:彼|彼女|彼ら|彼女ら|それ|それら|これ|これら|あれ)[のはがをにも]"
      "|^何[がをか]?(?:起こ|起き|あ|し)\\p{Hiragana}*[。？?]*$";
  table.prompts.long_prompt =
      "下の文が答えになる、説明を求める質問を日本語で一つ作ってください。質問だけを読む人にも分かる"
      "ように、関係する人・場所・物の名前を書いてください。次に、上に書かれていることだけを使って、"
      "日本語の完全な文一つ（必要なら二つ）で答えてください。<question>...</question> "
      "<answer>...</answer> の形で返してください。\n\n文：{sentence}";
  table.prompts.short_prompt =
      "下の文にある一つの事実について、日本語で質問を一つ作ってください。質問だけを読む人にも分かる"
      "ように、関係する人・場所・物の名前を書いてください。次に、説明なしで、文の中の短い言葉で答え"
      "てください。<question>...</question> <answer>...</answer> "
      "の形で返してください。\n\n文：{sentence}";
  table.prompts.extracted_prompt =
      "下の文が「答え」の後の言葉でちょうど答えになるような質問を一つ、日本語で書いてください。質問"
      "だけを読む人にも分かるように、関係する人、場所、物の名前を書いてください。質問の中で答えを使"
      "わないでください。<question>...</question> "
      "の形で答えてください。\n\n文：{sentence}\n答え：{answer}";
  table.prompts.verdict_prompt =
      "次の質問の答えは上の文章にありますか。はいかいいえで答えてください。\n質問：{question}"
      "\n答え：{answer}";
  table.prompts.yes = "はい";
  table.prompts.no = "いいえ";
  table.prompts.answer_prompt = "次の質問に答えてください：{question}";
  table.prompts.second_prompt =
      "質問：{question}\n上の文章から、できるだけ短い言葉で答えてください。";
  table.prompts.row_long_prompt =
      "次の文書を読み、その後の質問に答えてください。\n\n{document}\n\n質問：{question}";
  table.prompts.row_short_prompt =
      "次の文書を読み、その後の質問に、語句または一文で、説明なしにできるだけ短く答えてください。\n"
      "\n{document}\n\n"
      "質問：{question}";
  table.prompts.two_chunk_long_prompt =
      "下の二つの文の両方が必要な質問を日本語で一つ作ってください。片方の文しか読んでいない人には答"
      "えられない質問にしてください。質問だけを読む人にもわかるように、関係する人、場所、物の名前を"
      "書いてください。そのあと、それぞれの文の事実を一つずつ使って、完全な日本語の一文で、必要なら"
      "二文で答えてください。<question>...</question> <answer>...</answer> "
      "の形で返答してください。\n\n文1：{sentence}\n文2：{second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "下の二つの文のうち一方の文の事実について日本語で質問を一つ作り、たずねる対象をもう一方の文の"
      "事実で説明して、両方の文が必要になるようにしてください。質問だけを読む人にもわかるように、関"
      "係する人、場所、物の名前を書いてください。そのあと、説明なしに数語で答えてください。<"
      "question>...</question> <answer>...</answer> "
      "の形で返答してください。\n\n文1：{sentence}\n文2：{second_sentence}";
  table.prompts.summary_part_prompt =
      "上に書かれていることを、最も重要な名前、数、日付とともに、完全な日本語の文一つか二つで書いて"
      "ください。<summary>...</summary> の形で返答してください。";
  table.prompts.summary_prompt =
      "これはある長い著作の内容を順に並べたものです。著作全体を、まず何についてのものか、次に最も重"
      "要な点を、完全な日本語の文三つから六つで要約してください。<summary>...</summary> "
      "の形で返答してください。";
  table.summary_requests =
      "この文書を要約してください。\nこの文書の要約を数文で書いてください。\nこの文書は何について書"
      "かれていますか。最も重要な点は何ですか。\nこの文書の要点をまとめてください。";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_JA_H_
