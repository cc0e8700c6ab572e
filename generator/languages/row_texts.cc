// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/languages/row_texts.h"

namespace quipu::generator {
namespace {

constexpr RowTexts kTexts[] = {
    {Language::kEnglish,
     "Read the documents below and answer the question that follows them.\n\n{document}\n\n"
     "Question: {question}",
     "Read the documents below and answer the question that follows them as briefly as you can, "
     "with a phrase or a single sentence and no explanation.\n\n{document}\n\nQuestion: {question}",
     "Answer as briefly as you can, with a phrase or a single sentence and no explanation.",
     {"The text does not say.", "This is not stated in the text.",
      "The text does not answer this question.", "This information is not in the text."}},
    {Language::kChinese,
     "请阅读下面的几篇文档，然后回答文档后面的问题。\n\n{document}\n\n问题：{question}",
     "请阅读下面的几篇文档，然后尽可能简短地回答文档后面的问题，只用一个短语或一句话，不要解释。\n"
     "\n"
     "{document}\n\n问题：{question}",
     "请尽可能简短地回答，只用一个短语或一句话，不要解释。",
     {"文中没有提到这一点。", "文中没有说明。", "文中没有回答这个问题。",
      "文中没有这方面的信息。"}},
    {Language::kJapanese,
     "次の複数の文書を読み、その後の質問に答えてください。\n\n{document}\n\n質問：{question}",
     "次の複数の文書を読み、その後の質問に、語句または一文で、説明なしにできるだけ短く答えて"
     "ください。\n\n{document}\n\n質問：{question}",
     "語句または一文で、説明なしにできるだけ短く答えてください。",
     {"本文には書かれていません。", "本文からはこの質問に答えられません。",
      "この情報は本文にありません。", "本文にはその記述がありません。"}},
    {Language::kFrench,
     "Lis les documents ci-dessous et réponds à la question qui les suit.\n\n{document}\n\n"
     "Question : {question}",
     "Lis les documents ci-dessous et réponds à la question qui les suit le plus brièvement "
     "possible, par une expression ou une seule phrase, sans explication.\n\n{document}\n\n"
     "Question : {question}",
     "Réponds le plus brièvement possible, par une expression ou une seule phrase, sans "
     "explication.",
     {"Le texte ne le dit pas.", "Cela n'est pas indiqué dans le texte.",
      "Le texte ne répond pas à cette question.",
      "Cette information ne figure pas dans le texte."}},
    {Language::kGerman,
     "Lies die folgenden Dokumente und beantworte die Frage danach.\n\n{document}\n\nFrage: "
     "{question}",
     "Lies die folgenden Dokumente und beantworte die Frage danach so kurz wie möglich, mit einem "
     "Ausdruck oder einem einzigen Satz und ohne Erklärung.\n\n{document}\n\nFrage: {question}",
     "Antworte so kurz wie möglich, mit einem Ausdruck oder einem einzigen Satz und ohne "
     "Erklärung.",
     {"Das steht nicht im Text.", "Der Text sagt dazu nichts.",
      "Der Text beantwortet diese Frage nicht.", "Diese Angabe ist im Text nicht enthalten."}},
    {Language::kSpanish,
     "Lee los documentos siguientes y responde a la pregunta que va después.\n\n{document}\n\n"
     "Pregunta: {question}",
     "Lee los documentos siguientes y responde a la pregunta que va después lo más brevemente "
     "posible, con una expresión o una sola frase y sin explicación.\n\n{document}\n\nPregunta: "
     "{question}",
     "Responde lo más brevemente posible, con una expresión o una sola frase y sin explicación.",
     {"El texto no lo dice.", "Eso no se indica en el texto.",
      "El texto no responde a esta pregunta.", "Esta información no aparece en el texto."}},
    {Language::kPortuguese,
     "Leia os documentos abaixo e responda à pergunta que vem depois deles.\n\n{document}\n\n"
     "Pergunta: {question}",
     "Leia os documentos abaixo e responda à pergunta que vem depois deles o mais brevemente "
     "possível, com uma expressão ou uma única frase e sem explicação.\n\n{document}\n\nPergunta: "
     "{question}",
     "Responda o mais brevemente possível, com uma expressão ou uma única frase e sem explicação.",
     {"O texto não diz isso.", "Isso não está indicado no texto.",
      "O texto não responde a esta pergunta.", "Esta informação não consta do texto."}},
    {Language::kRussian,
     "Прочитай документы ниже и ответь на вопрос, который следует за ними.\n\n{document}\n\n"
     "Вопрос: {question}",
     "Прочитай документы ниже и ответь на вопрос, который следует за ними, как можно короче: одним "
     "выражением или одним предложением, без объяснений.\n\n{document}\n\nВопрос: {question}",
     "Ответь как можно короче: одним выражением или одним предложением, без объяснений.",
     {"В тексте об этом не говорится.", "В тексте это не указано.",
      "Текст не отвечает на этот вопрос.", "Этих сведений в тексте нет."}},
    {Language::kArabic,
     "اقرأ الوثائق أدناه ثم أجب عن السؤال الذي يليها.\n\n{document}\n\nالسؤال: {question}",
     "اقرأ الوثائق أدناه ثم أجب عن السؤال الذي يليها بأقصر ما يمكن، بعبارة أو جملة واحدة ودون شرح."
     "\n\n{document}\n\nالسؤال: {question}",
     "أجب بأقصر ما يمكن، بعبارة أو جملة واحدة ودون شرح.",
     {"لا يذكر النص ذلك.", "هذا غير مذكور في النص.", "لا يجيب النص عن هذا السؤال.",
      "هذه المعلومة غير موجودة في النص."}},
    {Language::kHindi,
     "नीचे दिए गए दस्तावेज़ पढ़िए और उनके बाद के प्रश्न का उत्तर दीजिए।\n\n{document}\n\nप्रश्न: {question}",
     "नीचे दिए गए दस्तावेज़ पढ़िए और उनके बाद के प्रश्न का उत्तर जितना हो सके संक्षेप में दीजिए, एक वाक्यांश "
     "या एक वाक्य में, बिना समझाए।\n\n{document}\n\nप्रश्न: {question}",
     "उत्तर जितना हो सके संक्षेप में दीजिए, एक वाक्यांश या एक वाक्य में, बिना समझाए।",
     {"पाठ में यह नहीं बताया गया है।", "पाठ में इसका उल्लेख नहीं है।", "पाठ इस प्रश्न का उत्तर नहीं देता।",
      "यह जानकारी पाठ में नहीं है।"}},
    {Language::kKorean,
     "아래 문서들을 읽고 그 뒤에 나오는 질문에 답하세요.\n\n{document}\n\n질문: {question}",
     "아래 문서들을 읽고 그 뒤에 나오는 질문에 설명 없이 어구나 한 문장으로 가능한 한 짧게 "
     "답하세요.\n\n{document}\n\n질문: {question}",
     "설명 없이 어구나 한 문장으로 가능한 한 짧게 답하세요.",
     {"본문에 나와 있지 않습니다.", "본문에는 그 내용이 없습니다.",
      "본문에서는 이 질문의 답을 찾을 수 없습니다.", "이 정보는 본문에 언급되어 있지 않습니다."}},
    {Language::kItalian,
     "Leggi i documenti qui sotto e rispondi alla domanda che li segue.\n\n{document}\n\n"
     "Domanda: {question}",
     "Leggi i documenti qui sotto e rispondi alla domanda che li segue il più brevemente "
     "possibile, con un'espressione o una sola frase e senza "
     "spiegazione.\n\n{document}\n\nDomanda: "
     "{question}",
     "Rispondi il più brevemente possibile, con un'espressione o una sola frase e senza "
     "spiegazione.",
     {"Il testo non lo dice.", "Questo non è indicato nel testo.",
      "Il testo non risponde a questa domanda.", "Questa informazione non compare nel testo."}},
};

constexpr RowTexts WithoutTable() {
  RowTexts texts = kTexts[0];
  texts.language = Language::kUnknown;
  texts.no_answer = {};
  return texts;
}

constexpr RowTexts kWithoutTable = WithoutTable();

}  // namespace

const RowTexts& RowTextsOf(Language language) {
  for (const RowTexts& texts : kTexts) {
    if (texts.language == language) return texts;
  }
  return kWithoutTable;
}

}  // namespace quipu::generator
