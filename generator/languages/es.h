// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Spanish. Data only; table.h says what the fields mean.
#ifndef QUIPU_GENERATOR_LANGUAGES_ES_H_
#define QUIPU_GENERATOR_LANGUAGES_ES_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable SpanishTable() {
  LanguageTable table;
  table.language = Language::kSpanish;
  table.code = "es";
  table.name = "Spanish";
  table.own_name = "español";
  table.capitals_are_names = true;
  table.stemmer = "spanish";
  table.letters = "áéíóúüñ";
  table.stop_words =
      "a además al algo algún alguna algunas algunos alguno ante antes aquel aquella "
      "aquellas aquellos aquí así aún aunque bajo bien cada casi como cómo con contra cual "
      "cuál cuales cuáles cualquier cuando cuándo cuanto cuánto cuántos cuya cuyo de debe "
      "deben debido del desde después donde dónde durante e el él ella ellas ello ellos en "
      "entonces entre era eran eres es esa esas ese eso esos esta está están estaba estas "
      "este esto estos estar fue fueron ha haber había habían hace hacer hacia han hasta hay "
      "incluso la las le les lo los luego más mas me mediante mi mientras misma mismas mismo "
      "mismos mucha muchas mucho muchos muy nada ni ningún ninguna no nos nosotros nuestra "
      "nuestro o otra otras otro otros para pero poco por porque puede pueden pues que qué "
      "quien quién quienes se sea según ser será si sí sido siempre sin sino sobre solo sólo "
      "son su sus también tampoco tan tanto te tener tiene tienen toda todas todavía todo "
      "todos tras tu tus u un una unas unos usted ustedes y ya yo";
  table.number_words =
      "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
      "dieciséis diecisiete dieciocho diecinueve veinte";
  table.asking_verbs = "explique explica explícame describa describe nombra";
  table.question_words =
      "qué que quién quiénes quien cuál cuáles cual cuándo cuando dónde donde adónde cómo "
      "como por-qué cuánto cuánta cuántos cuántas";
  table.affirmations = "sí si no";
  table.alternatives = "o si";
  table.banned_words = "frase frases oración extracto fragmento pasaje texto textos";
  table.source =
      "(?:el|la|este|esta|ese|del|al|los|las|estos|dicho|dicha)\\s+(?:(?:presente|siguiente|mismo|"
      "anterior)\\s+)?(?:texto|extracto|documento|pasaje|artículo|párrafo|capítulo|fragmento|"
      "sección|frase|oración|"
      "contexto)s?(?:\\s+(?:anterior|proporcionado|dado|siguiente|mencionado))?"
      "|(?:el|la|al|del)\\s+(?:autora?|escritora?|narradora?)(?:es)?"
      "|(?:mencionad|descrit|citad|indicad|señalad)[oa]s?\\s+(?:anteriormente|arriba|abajo|aquí)"
      "|como se (?:mencionó|menciona|indicó|describió)";
  table.narrators =
      "(?:he|había|estoy|estaba|debo|puedo)\\s+yo|(?:hemos|habíamos|estábamos)\\s+\\pL+";
  table.refusals =
      "como (?:una )?(?:ia|inteligencia artificial|modelo de lenguaje|asistente)"
      "|(?:yo )?no (?:puedo (?:responder|proporcionar|ayudar|contestar)|tengo "
      "(?:información|acceso))"
      "|lo siento|no se (?:\\pL+ )?(?:menciona|especifica|indica|proporciona|sabe)\\pL*"
      "|no (?:está|es) (?:\\pL+ )?(?:mencionad|especificad|indicad)[oa]|no hay información";
  table.prompts.long_prompt =
      "Haz en español una pregunta que pida una explicación y que responda la frase de abajo. "
      "Nombra a las personas, los lugares y las cosas de que trata, para que la pregunta se "
      "entienda sola. Después respóndela en español en una frase completa, o dos si hace falta, "
      "solo con lo que está escrito arriba. Responde en la forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase: {sentence}";
  table.prompts.short_prompt =
      "Haz en español una pregunta sobre un dato de la frase de abajo. Nombra a las personas, los "
      "lugares y las cosas de que trata, para que la pregunta se entienda sola. Después respóndela "
      "con pocas palabras de la frase, sin explicación. Responde en la forma "
      "<question>...</question> <answer>...</answer>.\n\nFrase: {sentence}";
  table.prompts.extracted_prompt =
      "Escribe en español una pregunta que la frase de abajo responda exactamente con las palabras "
      "que siguen a «Respuesta». Nombra las personas, los lugares y las cosas de que se trata, "
      "para que la pregunta se entienda por sí sola. No uses la respuesta en la pregunta. Responde "
      "en la forma <question>...</question>.\n\nFrase: {sentence}\nRespuesta: {answer}";
  table.prompts.verdict_prompt =
      "¿Está en el texto de arriba la respuesta a la pregunta siguiente? Responde sí o "
      "no.\nPregunta: {question}\nRespuesta: {answer}";
  table.prompts.yes = "sí";
  table.prompts.no = "no";
  table.prompts.answer_prompt = "Responde a esta pregunta: {question}";
  table.prompts.second_prompt =
      "Pregunta: {question}\nRespóndela según el texto de arriba con las menos palabras posibles.";
  table.prompts.row_long_prompt =
      "Lee el documento siguiente y responde a la pregunta que va después.\n\n{document}\n\n"
      "Pregunta: {question}";
  table.prompts.row_short_prompt =
      "Lee el documento siguiente y responde a la pregunta que va después lo más brevemente "
      "posible, "
      "con una expresión o una sola frase y sin explicación.\n\n{document}\n\nPregunta: {question}";
  table.prompts.two_chunk_long_prompt =
      "Haz en español una pregunta que necesite las dos frases de abajo: quien haya leído solo una "
      "no puede responderla. Nombra las personas, los lugares y las cosas de que se trata, para "
      "que la pregunta se entienda por sí sola. Respóndela después en español con una frase "
      "completa, o dos si hace falta, con un hecho de cada frase. Responde en la forma "
      "<question>...</question> <answer>...</answer>.\n\nFrase 1: {sentence}\nFrase 2: "
      "{second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "Haz en español una pregunta sobre un hecho de una de las dos frases de abajo, y describe "
      "aquello por lo que preguntas con un hecho de la otra frase, de modo que hagan falta las "
      "dos. Nombra las personas, los lugares y las cosas de que se trata, para que la pregunta se "
      "entienda por sí sola. Respóndela después en pocas palabras, sin explicación. Responde en la "
      "forma <question>...</question> <answer>...</answer>.\n\nFrase 1: {sentence}\nFrase 2: "
      "{second_sentence}";
  table.prompts.summary_part_prompt =
      "Escribe en español, en una o dos frases completas, lo que dice el texto de arriba, con los "
      "nombres, los números y las fechas más importantes. Responde en la forma "
      "<summary>...</summary>.";
  table.prompts.summary_prompt =
      "Este es el contenido de una obra más larga, en orden. Resume en español la obra entera en "
      "tres a seis frases completas: primero de qué trata y después sus puntos más importantes. "
      "Responde en la forma <summary>...</summary>.";
  table.summary_requests =
      "Resume el documento.\nEscribe un resumen del documento en unas pocas frases.\n¿De qué trata "
      "el documento y cuáles son sus puntos más importantes?\n¿Cuáles son las ideas principales "
      "del documento? Resúmelas.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_ES_H_
