// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Korean. Data only; table.h says what the fields mean. Particles are written together with
// their noun, and Snowball has no Korean: the commonest are removed as suffixes.
#ifndef QUIPU_GENERATOR_LANGUAGES_KO_H_
#define QUIPU_GENERATOR_LANGUAGES_KO_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable KoreanTable() {
  LanguageTable table;
  table.language = Language::kKorean;
  table.code = "ko";
  table.name = "Korean";
  table.own_name = "한국어";
  table.suffixes =
      "으로부터 에서부터 이라는 에게서 으로서 으로써 에서는 에서의 이라고 까지는 입니다 에서 에게 "
      "으로 부터 "
      "까지 라는 로서 로써 보다 처럼 마다 조차 이나 이며 이란 에는 에도 과의 와의 은 는 이 가 을 "
      "를 의 에 "
      "로 와 과 도 만 나";
  table.stop_words =
      "이 그 저 것 수 등 및 또는 그리고 그러나 하지만 따라서 그래서 또한 즉 더 가장 매우 모든 각 "
      "어떤 무엇 무엇을 무엇이 무엇인가 무엇인가요 무엇입니까 "
      "누가 누구 언제 어디 어디서 어디에 어떻게 왜 얼마나 몇 있다 있는 있으며 있었다 있습니다 "
      "있는가 없다 없는 이다 입니다 였다 이었다 된다 되는 되었다 "
      "됩니다 되어 한다 하는 했다 합니다 하여 해서 하고 하기 할 한 위해 위한 대한 대해 통해 따라 "
      "때문에 때 때는 후 전 중 이후 이전 동안 같은 같이 "
      "다른 이러한 그러한 이런 그런 여러 다시 이미 아직 바로 함께 만약 경우 것은 것이 것을 것으로 "
      "그의 그녀의 그는 그들은 그것은 우리는 나는 것이다 수도 "
      "관한 의해 인한";
  table.number_words = "영|공 하나 둘|두 셋|세 넷|네 다섯 여섯 일곱 여덟 아홉 열";
  table.question_words =
      "무엇 무엇을 무엇이 무엇인가 무엇인가요 무엇입니까 무엇인지 누가 누구 누구의 누구인가 "
      "누구인가요 언제 어디 어디서 어디에 어디에서 어디인가요 어느 어떤 "
      "어떻게 왜 얼마나 얼마 몇 무슨 몇개";
  table.question_words_anywhere = true;
  table.question_ends = "까 나요 가요 는가 은가 인가 는지 은지 인지 을까 ㄹ까 한가 던가";
  table.affirmations = "예 네 아니요 아니오";
  table.alternatives = "또는 혹은 아니면";
  table.banned_words = "문장 본문 발췌 지문";
  table.source =
      "(?:이|위|위의|해당|주어진|제시된|다음|본) "
      "?(?:글|텍스트|본문|문서|발췌문|발췌|지문|단락|문단|구절|기사|"
      "문장)(?:[은는이가을를의에서로와과도]|에서|에는|으로)*(?: 따르면)?"
      "|(?:본문|발췌문|지문|텍스트|문서|글)(?:에 따르면|에서는?|에 언급된|에 나온)"
      "|(?:저자|글쓴이|필자|작가|화자)(?:는|가|의|에 따르면)"
      "|(?:위에서?|앞에서|아래에) (?:언급|설명|제시|기술)\\pL*";
  table.narrators = "(?:나는|내가|우리가|우리는|제가|저는) \\pL+.*";
  table.refusals =
      "(?:ai|인공지능|언어 모델)(?:로서|이기 때문에)|(?:죄송합니다|죄송하지만|답변할 수 "
      "없습니다|알 수 없습니다)"
      "|(?:언급|명시|제공)(?:되지|되어 있지) 않\\pL+|(?:정보|언급)(?:가|이) 없\\pL+";
  table.prompts.long_prompt =
      "아래 문장이 답이 되는, 설명이 필요한 질문을 한국어로 하나 만드세요. 질문만 보는 사람도 알 "
      "수 있도록 관련된 사람, 장소, 사물의 이름을 쓰세요. 그다음 위에 쓰인 내용만으로 한국어의 "
      "완전한 문장 하나로, 필요하면 두 개로 답하세요. <question>...</question> "
      "<answer>...</answer> 형식으로 답하세요.\n\n문장: {sentence}";
  table.prompts.short_prompt =
      "아래 문장의 한 가지 사실에 대해 한국어로 질문을 하나 만드세요. 질문만 보는 사람도 알 수 "
      "있도록 관련된 사람, 장소, 사물의 이름을 쓰세요. 그다음 설명 없이 문장에 있는 몇 마디로 "
      "답하세요. <question>...</question> <answer>...</answer> 형식으로 답하세요.\n\n문장: "
      "{sentence}";
  table.prompts.extracted_prompt =
      "아래 문장이 ‘답’ 뒤에 있는 말로 정확히 답하는 질문을 하나 한국어로 쓰세요. 질문만 읽는 "
      "사람도 알 수 있도록 관련된 사람, 장소, 사물의 이름을 쓰세요. 질문에 답을 쓰지 마세요. "
      "<question>...</question> 형식으로 답하세요.\n\n문장: {sentence}\n답: {answer}";
  table.prompts.verdict_prompt =
      "다음 질문의 답이 위의 글에 있습니까? 예 또는 아니요로 답하세요.\n질문: {question}\n답: "
      "{answer}";
  table.prompts.yes = "예";
  table.prompts.no = "아니요";
  table.prompts.answer_prompt = "다음 질문에 답하세요: {question}";
  table.prompts.second_prompt = "질문: {question}\n위의 글에 따라 되도록 적은 말로 답하세요.";
  table.prompts.row_long_prompt =
      "아래 문서를 읽고 그 뒤에 나오는 질문에 답하세요.\n\n{document}\n\n질문: {question}";
  table.prompts.row_short_prompt =
      "아래 문서를 읽고 그 뒤에 나오는 질문에 설명 없이 어구나 한 문장으로 가능한 한 짧게 "
      "답하세요.\n\n{document}"
      "\n\n질문: {question}";
  table.prompts.two_chunk_long_prompt =
      "아래 두 문장이 모두 필요한 질문을 한국어로 하나 만드세요. 한 문장만 읽은 사람은 대답할 수 "
      "없어야 합니다. 질문만 보는 독자도 이해하도록 관련된 사람, 장소, 사물의 이름을 쓰세요. 그런 "
      "다음 각 문장의 사실을 하나씩 넣어 한국어로 완전한 한 문장, 필요하면 두 문장으로 대답하세요. "
      "<question>...</question> <answer>...</answer> 형식으로 답하세요.\n\n문장 1: "
      "{sentence}\n문장 2: {second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "아래 두 문장 가운데 한 문장의 사실에 대해 한국어로 질문을 하나 만들고, 묻는 대상을 다른 "
      "문장의 사실로 설명하여 두 문장이 모두 필요하게 하세요. 질문만 보는 독자도 이해하도록 관련된 "
      "사람, 장소, 사물의 이름을 쓰세요. 그런 다음 설명 없이 몇 단어로 대답하세요. "
      "<question>...</question> <answer>...</answer> 형식으로 답하세요.\n\n문장 1: "
      "{sentence}\n문장 2: {second_sentence}";
  table.prompts.summary_part_prompt =
      "위 내용이 말하는 바를 가장 중요한 이름, 숫자, 날짜와 함께 한국어로 완전한 한두 문장으로 "
      "쓰세요. <summary>...</summary> 형식으로 답하세요.";
  table.prompts.summary_prompt =
      "이것은 더 긴 저작의 내용을 순서대로 적은 것입니다. 저작 전체를 한국어로 완전한 세 문장에서 "
      "여섯 문장으로 요약하세요. 먼저 무엇에 관한 것인지, 다음으로 가장 중요한 점을 쓰세요. "
      "<summary>...</summary> 형식으로 답하세요.";
  table.summary_requests =
      "이 문서를 요약하세요.\n이 문서의 요약을 몇 문장으로 쓰세요.\n이 문서는 무엇에 관한 것이며 "
      "가장 중요한 점은 무엇입니까?\n이 문서의 핵심 내용을 요약하세요.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_KO_H_
