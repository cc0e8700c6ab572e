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
  table.banned_words = "frase frases trecho excerto passagem texto textos";
  table.source =
      "(?:o|a|este|esta|esse|essa|neste|nesta|nesse|nessa|deste|desta|desse|dessa|do|da|no|na|ao|"
      "os|"
      "as|pelo|pela)\\s+(?:(?:presente|seguinte|mesmo|referido)\\s+)?(?:texto|trecho|documento|"
      "passagem|artigo|parágrafo|capítulo|excerto|seção|secção|contexto|fragmento|frase)s?"
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
  table.prompts.long_prompt =
      "Faça em português uma pergunta que peça uma explicação e que a frase abaixo responda. "
      "Nomeie as pessoas, os lugares e as coisas de que trata, para que a pergunta se entenda "
      "sozinha. Depois responda em português em uma frase completa, ou duas se for preciso, só com "
      "o que está escrito acima. Responda na forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase: {sentence}";
  table.prompts.short_prompt =
      "Faça em português uma pergunta sobre um fato da frase abaixo. Nomeie as pessoas, os lugares "
      "e as coisas de que trata, para que a pergunta se entenda sozinha. Depois responda com "
      "poucas palavras da frase, sem explicação. Responda na forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase: {sentence}";
  table.prompts.extracted_prompt =
      "Escreve em português uma pergunta que a frase abaixo responda exatamente com as palavras "
      "que vêm depois de «Resposta». Diz o nome das pessoas, dos lugares e das coisas de que se "
      "trata, para que a pergunta se entenda sozinha. Não uses a resposta na pergunta. Responde na "
      "forma <question>...</question>.\n\nFrase: {sentence}\nResposta: {answer}";
  table.prompts.verdict_prompt =
      "A resposta à pergunta seguinte está no texto acima? Responda sim ou não.\nPergunta: "
      "{question}\nResposta: {answer}";
  table.prompts.yes = "sim";
  table.prompts.no = "não";
  table.prompts.answer_prompt = "Responda a esta pergunta: {question}";
  table.prompts.second_prompt =
      "Pergunta: {question}\nResponda segundo o texto acima com o menor número possível de "
      "palavras.";
  table.prompts.row_long_prompt =
      "Leia o documento abaixo e responda à pergunta que vem depois dele.\n\n{document}\n\n"
      "Pergunta: {question}";
  table.prompts.row_short_prompt =
      "Leia o documento abaixo e responda à pergunta que vem depois dele o mais brevemente "
      "possível, "
      "com uma expressão ou uma única frase e sem explicação.\n\n{document}\n\nPergunta: "
      "{question}";
  table.prompts.two_chunk_long_prompt =
      "Faça em português uma pergunta que precise das duas frases abaixo: quem leu só uma delas "
      "não consegue responder. Nomeie as pessoas, os lugares e as coisas de que se trata, para que "
      "a pergunta seja compreensível sozinha. Depois responda em português com uma frase completa, "
      "ou duas se for preciso, com um fato de cada frase. Responda na forma "
      "<question>...</question> <answer>...</answer>.\n\nFrase 1: {sentence}\nFrase 2: "
      "{second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "Faça em português uma pergunta sobre um fato de uma das duas frases abaixo, e descreva "
      "aquilo sobre que pergunta com um fato da outra frase, de modo que as duas sejam "
      "necessárias. Nomeie as pessoas, os lugares e as coisas de que se trata, para que a pergunta "
      "seja compreensível sozinha. Depois responda em poucas palavras, sem explicação. Responda na "
      "forma <question>...</question> <answer>...</answer>.\n\nFrase 1: {sentence}\nFrase 2: "
      "{second_sentence}";
  table.prompts.summary_part_prompt =
      "Escreva em português, em uma ou duas frases completas, o que diz o texto acima, com os "
      "nomes, os números e as datas mais importantes. Responda na forma <summary>...</summary>.";
  table.prompts.summary_prompt =
      "Este é o conteúdo de uma obra mais longa, em ordem. Resuma em português a obra inteira em "
      "três a seis frases completas: primeiro de que ela trata, depois os seus pontos mais "
      "importantes. Responda na forma <summary>...</summary>.";
  table.summary_requests =
      "Resuma o documento.\nEscreva um resumo do documento em algumas frases.\nDe que trata o "
      "documento e quais são os seus pontos mais importantes?\nQuais são as ideias principais do "
      "documento? Resuma-as.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_PT_H_
