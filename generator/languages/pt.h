// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Portuguese. Data only; table.h says what the fields mean.
#ifndef QUIPU_GENERATOR_LANGUAGES_PT_H_
#define QUIPU_GENERATOR_LANGUAGES_PT_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable PortugueseTable() {
  LanguageTable table;
  table.language = Language::kPortuguese;
  table.code = "pt";
  table.name = "Portuguese";
  table.own_name = "português";
  table.capitals_are_names = true;
  table.stemmer = "portuguese";
  table.letters = "áâãàçéêíóôõúü";
  table.stop_words =
      "a à ainda além algum alguma algumas alguns ante antes ao aos apenas após aquela "
      "aquelas aquele aqueles aquilo as às assim até através cada com como contra cuja cujo "
      "da daquele das de dela dele deles depois desde dessa desse desta deste deve devem "
      "devido do dos durante e é ela elas ele eles em embora enquanto então entre era eram "
      "essa essas esse esses esta está estão estas este estes estar estava eu foi foram for "
      "há isso isto já la lhe lhes lo mais mas me mediante mesma mesmas mesmo mesmos meu "
      "minha muita muitas muito muitos na não nas nem nenhum nenhuma nessa nesse nesta neste "
      "no nos nós nossa nosso num numa o onde os ou outra outras outro outros para pela "
      "pelas pelo pelos perante pode podem poderia pois por porém porque portanto pouco qual "
      "quais qualquer quando quanto que quê quem são se segundo seja sem sempre sendo ser "
      "será seu seus sido sob sobre sua suas tal também tão tem têm ter tinha toda todas "
      "todo todos tu tudo um uma umas uns você vocês";
  table.number_words =
      "zero - dois|duas três quatro cinco seis sete oito nove dez onze doze treze quatorze|catorze "
      "quinze dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove vinte";
  table.asking_verbs = "explique explica descreva descreve cite nomeie";
  table.question_words =
      "que quê quem qual quais quando onde aonde como porque quanto quanta quantos quantas";
  table.affirmations = "sim não";
  table.alternatives = "ou se";
  table.source =
      "(?:o|a|este|esta|esse|essa|neste|nesta|nesse|nessa|deste|desta|desse|dessa|do|da|no|na|ao|"
      "os|"
      "as|pelo|pela)\\s+(?:(?:presente|seguinte|mesmo|referido)\\s+)?(?:texto|trecho|documento|"
      "passagem|artigo|parágrafo|capítulo|excerto|seção|secção|contexto|fragmento)s?"
      "(?:\\s+(?:acima|abaixo|fornecido|dado|anterior|seguinte))?"
      "|(?:o|a|do|da|ao|pelo|pela)\\s+(?:autora?|escritora?|narradora?)(?:es)?"
      "|(?:mencionad|descrit|citad|indicad|referid)[oa]s?\\s+(?:acima|abaixo|anteriormente|aqui)"
      "|como (?:mencionado|descrito|indicado)";
  table.narrators = "(?:tenho|estou|estava|devo|posso|fui)\\s+eu|(?:eu|nós) e \\pL+";
  table.refusals =
      "como (?:uma )?(?:ia|inteligência artificial|modelo de linguagem|assistente)"
      "|(?:eu )?não (?:posso (?:responder|fornecer|ajudar)|tenho (?:informações|acesso)|consigo "
      "responder)|(?:sinto muito|desculpe|lamento)"
      "|não (?:é|foi|são|está|foram) (?:\\pL+ )?(?:mencionad|especificad|indicad|informad)[oa]s?"
      "|não há informaç(?:ão|ões)";
  table.prompts.excerpt = "Trecho de um documento longo:\n\n{chunk}\n\nFim do trecho.\n\n";
  table.prompts.long_prompt =
      "Faça em português uma pergunta que precise de uma explicação: como algo funciona, por que é "
      "feito ou o que resulta disso, segundo este trecho. Depois responda em português com duas ou "
      "três frases completas que digam apenas o que o trecho diz. Um leitor que não viu o trecho "
      "deve "
      "entender a pergunta: diga o nome do assunto e nunca escreva \"o trecho\", \"o texto\" nem "
      "\"este documento\". Responda na forma <question>...</question> <answer>...</answer>.";
  table.prompts.short_prompt =
      "Faça em português uma pergunta específica sobre um fato deste trecho que possa ser "
      "respondida "
      "em poucas palavras. Depois dê a resposta curta, tirada do trecho, sem explicação. Um leitor "
      "que não viu o trecho deve entender a pergunta: diga o nome do assunto e nunca escreva \"o "
      "trecho\", \"o texto\" nem \"este documento\". Responda na forma <question>...</question> "
      "<answer>...</answer>.";
  table.prompts.verdict_prompt =
      "Pergunta: {question}\nResposta proposta: {answer}\n\nSegundo o trecho, a resposta proposta "
      "está correta e completa? Responda sim ou não.";
  table.prompts.yes = "sim";
  table.prompts.no = "não";
  table.prompts.answer_prompt = "Responda a esta pergunta: {question}";
  table.prompts.row_long_prompt =
      "Leia o documento abaixo e responda à pergunta que vem depois dele.\n\n{document}\n\n"
      "Pergunta: {question}";
  table.prompts.row_short_prompt =
      "Leia o documento abaixo e responda à pergunta que vem depois dele o mais brevemente "
      "possível, "
      "com uma expressão ou uma única frase e sem explicação.\n\n{document}\n\nPergunta: "
      "{question}";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_PT_H_
