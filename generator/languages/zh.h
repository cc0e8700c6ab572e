// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chinese. Data only; table.h says what the fields mean. Simplified and traditional.
#ifndef QUIPU_GENERATOR_LANGUAGES_ZH_H_
#define QUIPU_GENERATOR_LANGUAGES_ZH_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable ChineseTable() {
  LanguageTable table;
  table.language = Language::kChinese;
  table.code = "zh";
  table.name = "Chinese";
  table.own_name = "中文";
  table.spaces = false;
  table.stop_words =
      "的 了 是 在 和 与 與 或 及 也 就 都 而 但 但是 并 並 并且 並且 不 没 没有 沒有 有 这 這 那 "
      "这个 這個 那个 那個 这些 這些 那些 这样 這樣 "
      "这种 這種 此 该 該 其 其中 其他 它 它们 它們 他 他们 他們 她 她们 我 我们 我們 你 你们 您 "
      "自己 一个 一個 一种 一種 一些 个 個 些 之 以 "
      "以及 为 為 为了 為了 因为 因為 所以 因此 由于 由於 由 于 於 从 從 到 对 對 对于 對於 关于 "
      "關於 被 把 将 將 会 會 能 能够 能夠 可 可以 应 "
      "应该 應該 要 需要 如 如果 例如 比如 则 則 若 当 當 时 時 时候 後 后 之后 之前 前 中 里 裡 "
      "上 下 内 外 间 又 再 还 還 很 更 最 非常 只 "
      "只有 仅 才 已 已经 已經 曾 正在 着 著 过 過 地 得 所 吗 嗎 呢 吧 啊 什么 什麼 甚麼 怎么 "
      "怎麼 怎样 怎樣 如何 为什么 為什麼 为何 为什 哪 "
      "哪些 哪个 哪個 哪里 哪裡 谁 誰 何 何时 何時 几 幾 多少 多 是否 每 各 等 让 使 使用时 向 至 "
      "同 通过 通過 根据 根據 按照 作为 作為 虽然 雖然 "
      "不过 不過 然而 然后 然後 即 即使 以便 有些 另 另外 两者 来 來 去";
  table.number_words =
      "零 一 二|两|兩 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十";
  table.question_words =
      "什么 什麼 甚麼 怎么 怎麼 怎样 怎樣 如何 为什么 為什麼 为何 為何 哪 谁 誰 何时 何時 何地 几 "
      "幾 多少 多久 多大 多长 是否 请解释 请说明 请描述";
  table.question_words_anywhere = true;
  table.question_ends = "吗 嗎 呢 么 麼";
  table.affirmations = "是 是的 否 不 不是 对 有 没有";
  table.alternatives = "还是 還是 或 是否 或者";
  table.banned_words = "句子 句话 文本 原文 上文 摘录";
  table.source =
      "(?:本|该|該|此|这个|這個|这篇|這篇|这段|這段|上述|以上|上面的?|下面的?|给定的?|所给的?|"
      "提供的|前面的)"
      "(?:文本|文档|文檔|文件中|摘录|节选|段落|文章|章节|片段|文字|段文字|节中|文中|内容)"
      "|(?:根据|根據|依据|按照|据)(?:本|该|此|这)?(?:文|文本|文档|摘录|节选|段落|文章|片段|材料|"
      "原文)"
      "|(?:文本|文档|文檔|摘录|节选|段落|文章|文|原文|片段)(?:中|里|裡)(?:提到|提及|所|描述|说|"
      "介绍|指出|的)"
      "|作者(?:认为|認為|提到|指出|说|建议|的|在|选择|为什么|如何)"
      "|(?:上文|下文|前文|文中|本文|本节|本章|上述内容|如上所述|如前所述)"
      "|(?:这|這|该|該|此|本|上|下)(?:一)?(?:句话|句話|句子|句中|句里)|(?:这|這|该|该)个?句子|句(?:"
      "话|話|子)(?:中|里|裡|所|是|的)"
      "|[”」』]?(?:一节|部分|章节)?(?:里|中)的相关(?:信息|内容)";
  table.narrators = "(?:为什么我|我为什么|我们为什么|我是如何|我如何|我在哪)";
  table.first_person = "我(?:们|的|是|在|有|想|就|也|会|要|说|对|把|被|认为|觉得|自己)|咱";
  table.refusals =
      "作为(?:一个|一名)?(?:ai|人工智能|语言模型)|我(?:无法|不能)(?:回答|提供|确定)|(?:很|非常)?"
      "抱歉|对不起"
      "|(?:没有|未|未曾)(?:明确)?(?:提及|提到|说明|给出|指定|提供)|无法(?:确定|回答|得知)";
  table.vague =
      "^(?:他|她|它|他们|她们|它们|他們|她們|它們)(?:的|是|为|為|在|会|會|能|有|做|说|說)"
      "|^(?:这|那|這)(?:是|个|個|些|件|种|種)?(?:什么|什麼|谁|誰)";
  table.prompts.long_prompt =
      "请用中文就下面这句话提一个需要解释的问题，答案就在这句话里。写明问题涉及的人物、地点和事物的"
      "名称，让只看到问题的读者也能明白。然后只根据上面的内容，用一个完整的中文句子回答，必要时用两"
      "个。按 <question>...</question> <answer>...</answer> 的格式回复。\n\n句子：{sentence}";
  table.prompts.short_prompt =
      "请用中文就下面这句话里的一个事实提一个问题。写明问题涉及的人物、地点和事物的名称，让只看到问"
      "题的读者也能明白。然后用句子里的几个词回答，不要解释。按 <question>...</question> "
      "<answer>...</answer> 的格式回复。\n\n句子：{sentence}";
  table.prompts.extracted_prompt =
      "请用中文写一个问题，下面的句子恰好用“答案”后面的词语回答它。请写明问题所涉及的人物、地点和事"
      "物，使人只看问题就能明白。问题中不要使用答案。请按 <question>...</question> "
      "的形式回复。\n\n句子：{sentence}\n答案：{answer}";
  table.prompts.verdict_prompt =
      "下面问题的答案在上文中有吗？请回答是或否。\n问题：{question}\n答案：{answer}";
  table.prompts.yes = "是";
  table.prompts.no = "否";
  table.prompts.answer_prompt = "请回答这个问题：{question}";
  table.prompts.second_prompt = "问题：{question}\n请根据上文，用尽可能少的词回答。";
  table.prompts.row_long_prompt =
      "请阅读下面的文档，然后回答文档后面的问题。\n\n{document}\n\n问题：{question}";
  table.prompts.row_short_prompt =
      "请阅读下面的文档，然后尽可能简短地回答文档后面的问题，只用一个短语或一句话，不要解释。\n\n{"
      "document}\n\n"
      "问题：{question}";
  table.prompts.two_chunk_long_prompt =
      "请用中文提一个需要用到下面两句话的问题：只读过其中一句的人回答不了。写明问题涉及的人物、地点"
      "和事物的名称，让只看到问题的读者也能明白。然后用一个完整的中文句子回答，必要时用两个，答案要"
      "包含每句话里的一个事实。按 <question>...</question> <answer>...</answer> "
      "的格式回复。\n\n句子1：{sentence}\n句子2：{second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "请用中文就下面两句话中一句里的一个事实提一个问题，并用另一句话里的事实来描述所问的对象，使读"
      "者需要两句话才能回答。写明问题涉及的人物、地点和事物的名称，让只看到问题的读者也能明白。然后"
      "用几个词回答，不要解释。按 <question>...</question> <answer>...</answer> "
      "的格式回复。\n\n句子1：{sentence}\n句子2：{second_sentence}";
  table.prompts.summary_part_prompt =
      "请用中文以一两个完整的句子写出上文的内容，包括最重要的人名、数字和日期。按 "
      "<summary>...</summary> 的格式回复。";
  table.prompts.summary_prompt =
      "以上是一部较长作品的内容，按顺序排列。请用中文以三到六个完整的句子概括整部作品：先说它讲什么"
      "，再说最重要的要点。按 <summary>...</summary> 的格式回复。";
  table.summary_requests =
      "请概括这份文档的内容。\n请用几句话写出这份文档的摘要。\n这份文档讲的是什么？最重要的要点有哪"
      "些？\n请总结这份文档的主要内容。";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_ZH_H_
