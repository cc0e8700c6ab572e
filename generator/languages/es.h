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
  table.source =
      "(?:el|la|este|esta|ese|del|al|los|las|estos|dicho|dicha)\\s+(?:(?:presente|siguiente|mismo|"
      "anterior)\\s+)?(?:texto|extracto|documento|pasaje|artículo|párrafo|capítulo|fragmento|"
      "sección|"
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
  table.prompts.excerpt = "Extracto de un documento largo:\n\n{chunk}\n\nFin del extracto.\n\n";
  table.prompts.long_prompt =
      "Haz en español una pregunta que necesite una explicación: cómo funciona algo, por qué se "
      "hace "
      "o qué se deduce de ello, según este extracto. Después respóndela en español con dos o tres "
      "frases completas que digan solo lo que dice el extracto. Un lector que no haya visto el "
      "extracto debe entender la pregunta: nombra su tema y nunca escribas \"el extracto\", \"el "
      "texto\" ni \"este documento\". Responde en la forma <question>...</question> "
      "<answer>...</answer>.";
  table.prompts.short_prompt =
      "Haz en español una pregunta concreta sobre un hecho de este extracto que se pueda responder "
      "con pocas palabras. Después da la respuesta corta, tomada del extracto, sin explicación. Un "
      "lector que no haya visto el extracto debe entender la pregunta: nombra su tema y nunca "
      "escribas \"el extracto\", \"el texto\" ni \"este documento\". Responde en la forma "
      "<question>...</question> <answer>...</answer>.";
  table.prompts.verdict_prompt =
      "Pregunta: {question}\nRespuesta propuesta: {answer}\n\n¿Es la respuesta propuesta correcta "
      "y "
      "completa según el extracto? Responde sí o no.";
  table.prompts.yes = "sí";
  table.prompts.no = "no";
  table.prompts.answer_prompt = "Responde a esta pregunta: {question}";
  table.prompts.row_long_prompt =
      "Lee el documento siguiente y responde a la pregunta que va después.\n\n{document}\n\n"
      "Pregunta: {question}";
  table.prompts.row_short_prompt =
      "Lee el documento siguiente y responde a la pregunta que va después lo más brevemente "
      "posible, "
      "con una expresión o una sola frase y sin explicación.\n\n{document}\n\nPregunta: {question}";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_ES_H_
