// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// German. Data only; table.h says what the fields mean. Every noun has a capital, so capitals
// say nothing about names.
#ifndef QUIPU_GENERATOR_LANGUAGES_DE_H_
#define QUIPU_GENERATOR_LANGUAGES_DE_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable GermanTable() {
  LanguageTable table;
  table.language = Language::kGerman;
  table.code = "de";
  table.name = "German";
  table.own_name = "Deutsch";
  table.stemmer = "german";
  table.letters = "äöüß";
  table.stop_words =
      "aber alle allem allen aller alles als also am an andere anderen anderer anderes auch "
      "auf aus außerdem bei beim bereits bevor bin bis bist da dabei dadurch dafür dagegen "
      "daher damit dann daran darauf daraus darf darin darüber das dass daß dazu dein dem "
      "den denen denn der deren des dessen deshalb die dies diese diesem diesen dieser "
      "dieses doch dort du durch dürfen eben ein eine einem einen einer eines einige einigen "
      "einiger einmal er erst es etwa etwas euch für gegen hab habe haben hat hatte hatten "
      "hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins "
      "ist ja jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinem keinen keiner "
      "können könnte konnte man manche mehr mein mich mir mit muss muß müssen musste nach "
      "nachdem nein nicht nichts noch nun nur ob obwohl oder ohne sehr sein seine seinem "
      "seinen seiner seines seit selbst sich sie sind so sobald sogar solche sollen sollte "
      "sondern sonst sowie sowohl über um und uns unser unter viel viele vielen vom von vor "
      "wann war waren warum was weil weiter welche welchem welchen welcher welches wenn wer "
      "werde werden weshalb wie wieder wieso will wir wird wo wobei wodurch wofür woher "
      "wohin womit woran worauf woraus worin worum wozu wurde wurden würde während zu zum "
      "zur zwar zwischen";
  table.number_words =
      "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
      "fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig";
  table.asking_verbs =
      "ist sind war waren hat haben kann können muss müssen darf wird werden gibt erkläre "
      "erklären beschreibe beschreiben nenne nennen";
  table.question_words =
      "wer wen wem wessen was wann wo woher wohin wie warum weshalb wieso wozu womit wofür "
      "wodurch worauf woran woraus worin worum worüber wovon wobei welche welchem welchen "
      "welcher welches wieviel";
  table.affirmations = "ja nein";
  table.alternatives = "oder ob";
  table.kinds.what = "Was";
  table.kinds.who = "Wer";
  table.kinds.when = "Wann|In welchem Jahr";
  table.kinds.where = "Wo";
  table.kinds.which = "Welche|Welcher|Welches";
  table.kinds.why = "Warum";
  table.kinds.how = "Wie";
  table.kinds.how_many = "Wie viele";
  // Two nouns are rarely side by side, the two parts of a name always.
  table.kinds.people =
      "(?-i:\\p{Ll}+,? \\p{Lu}\\p{Ll}+ (?:(?:von|van|zu|de) )?\\p{Lu}[\\pL-]+)"
      "|(?:herr|frau|dr\\.|prof\\.|professor|professorin|präsident|präsidentin|könig|königin|"
      "kaiser|papst) (?-i:\\p{Lu}\\p{Ll}+)";
  table.kinds.dates =
      "(?:1[0-9]|20)[0-9]{2}|januar|februar|märz|april|mai|juni|juli|august|september|oktober|"
      "november|dezember";
  table.kinds.places =
      "(?:in|bei|aus|nach|nahe) (?-i:\\p{Lu}\\p{Ll}*(?:stadt|land|burg|berg|heim|dorf|hausen|ien|"
      "reich|furt|insel|küste|gebirge))|in der nähe";
  table.kinds.counts =
      "[0-9]{1,3}(?:[ .\\x{00A0}][0-9]{3})*[ \\x{00A0}]\\pL{3,}"
      "|(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert|tausend) \\pL{3,}";
  table.kinds.reasons =
      "weil|denn|deshalb|deswegen|daher|damit|da|um zu|wegen|aufgrund|dadurch|sodass|so dass|"
      "dank|ermöglicht|ermöglichen";
  table.banned_words =
      "Satz Satzes Sätze Sätzen Text Textes Auszug Auszugs Passage Textstelle Textabschnitt";
  table.source =
      "(?:de[mnrs]|die|das|diese[mnrs]?|laut|gemäß|im|vom|zum|obige[mnr]?|vorliegende[mnr]?)"
      "(?:\\s+(?:gegebene|obige|vorliegende|folgende|ganze|genannte|bereitgestellte|angegebene|"
      "zitierte)[mnrs]?)*\\s+(?:(?:text|dokument|abschnitt|auszug|artikel|absatz|kapitel|"
      "ausschnitt|satz|"
      "beitrag|aufsatz|kontext)(?:s|es|e|en)?|textabschnitts?|textauszugs?|passage|textpassage|"
      "textstelle)"
      "|(?:der|die|laut|des|dem)\\s+(?:autor|verfasser|erzähler)(?:in|s|en)?"
      "|(?:hier|oben|unten|zuvor)\\s+(?:genannt|erwähnt|beschrieben|aufgeführt)\\pL*"
      "|wie\\s+(?:oben|bereits|zuvor)\\s+(?:erwähnt|beschrieben|gesagt)";
  table.narrators = "(?:habe|bin|war|hatte|kann|soll|muss)\\s+ich|(?:haben|hatten|waren)\\s+wir";
  // "meinen" is a verb, too.
  table.first_person = "ich|mich|mir|mein(?:e|em|er|es)?|wir|uns|unser(?:e|em|en|er|es)?";
  table.refusals =
      "als (?:ki|ein ki-modell|ki-modell|sprachmodell|künstliche intelligenz)"
      "|ich kann (?:diese frage|die frage|das|dies|dir|ihnen|leider) (?:\\pL+ )?(?:nicht|keine)"
      "|(?:es )?tut mir leid|(?:wird|ist|werden|sind) (?:\\pL+ )?nicht (?:\\pL+ "
      ")?(?:erwähnt|genannt|"
      "angegeben|bekannt)|keine (?:angaben?|information(?:en)?)"
      "(?: (?:vorhanden|verfügbar|enthalten|gegeben|darüber|dazu))";
  table.vague =
      "^\\W*(?:wer|was|wann|wo|wie|warum|wieso|weshalb)\\s+(?:hat|ist|war|sind|waren|macht|tut|"
      "sagt|"
      "bedeutet|geschah|passierte?)\\s+(?:das|es|dies|dieses|er|sie|ihn|ihm)"
      "(?:\\s+(?:getan|gesagt|gemacht|passiert|geschehen))?\\s*\\?*$"
      "|^\\W*(?:wer|was|wann|wo|wie|warum)(?: und (?:wer|was|wann|wo|wie|warum))*\\s*\\?*$";
  table.prompts.long_prompt =
      "Lies den Satz und schreibe auf Deutsch eine Frage, die er beantwortet, mit den Namen "
      "der Personen, Orte und Dinge, und die Antwort als ganzen Satz. Antworte in der Form "
      "<question>...</question> <answer>...</answer>.\n\n"
      "Satz: Die Larven des Maikäfers leben drei bis vier Jahre im Boden und fressen Wurzeln."
      "\n"
      "<question>Wovon ernähren sich die Larven des Maikäfers?</question> <answer>Die Larven "
      "des Maikäfers fressen Wurzeln.</answer>\n\n"
      "Satz: Weil Kork leicht ist und kein Wasser aufnimmt, werden daraus seit dem Altertum "
      "Schwimmer für Fischernetze gemacht.\n"
      "<question>Warum werden Schwimmer für Fischernetze aus Kork gemacht?</question> "
      "<answer>Sie werden aus Kork gemacht, weil er leicht ist und kein Wasser aufnimmt."
      "</answer>\n\n"
      "Satz: Beim Brennen von Kalkstein entweicht Kohlendioxid, und es bleibt gebrannter "
      "Kalk zurück.\n"
      "<question>Was geschieht beim Brennen von Kalkstein?</question> <answer>Kohlendioxid "
      "entweicht, und gebrannter Kalk bleibt zurück.</answer>\n\n"
      "Satz: {sentence}";
  table.prompts.short_prompt =
      "Lies den Satz und schreibe auf Deutsch eine Frage nach einer Tatsache in ihm, mit den "
      "Namen der Personen, Orte und Dinge, und die Antwort in wenigen Wörtern. Antworte in "
      "der Form <question>...</question> <answer>...</answer>.\n\n"
      "Satz: Die Larven des Maikäfers leben drei bis vier Jahre im Boden und fressen Wurzeln."
      "\n"
      "<question>Wie lange leben die Larven des Maikäfers im Boden?</question> <answer>drei "
      "bis vier Jahre</answer>\n\n"
      "Satz: Weil Kork leicht ist und kein Wasser aufnimmt, werden daraus seit dem Altertum "
      "Schwimmer für Fischernetze gemacht.\n"
      "<question>Seit wann werden aus Kork Schwimmer für Fischernetze gemacht?</question> "
      "<answer>seit dem Altertum</answer>\n\n"
      "Satz: Beim Brennen von Kalkstein entweicht Kohlendioxid, und es bleibt gebrannter "
      "Kalk zurück.\n"
      "<question>Welches Gas entweicht beim Brennen von Kalkstein?</question> <answer>"
      "Kohlendioxid</answer>\n\n"
      "Satz: {sentence}";
  table.prompts.extracted_prompt =
      "Lies den Satz und schreibe auf Deutsch die Frage, auf die genau die gegebene Antwort "
      "passt, mit den Namen der Personen, Orte und Dinge. Antworte in der Form <question>..."
      "</question>.\n\n"
      "Satz: Die Larven des Maikäfers leben drei bis vier Jahre im Boden und fressen Wurzeln."
      "\n"
      "Antwort: drei bis vier Jahre\n"
      "<question>Wie lange leben die Larven des Maikäfers im Boden?</question>\n\n"
      "Satz: Weil Kork leicht ist und kein Wasser aufnimmt, werden daraus seit dem Altertum "
      "Schwimmer für Fischernetze gemacht.\n"
      "Antwort: seit dem Altertum\n"
      "<question>Seit wann werden aus Kork Schwimmer für Fischernetze gemacht?</question>\n\n"
      "Satz: Beim Brennen von Kalkstein entweicht Kohlendioxid, und es bleibt gebrannter "
      "Kalk zurück.\n"
      "Antwort: Kohlendioxid\n"
      "<question>Welches Gas entweicht beim Brennen von Kalkstein?</question>\n\n"
      "Satz: {sentence}\n"
      "Antwort: {answer}";
  table.prompts.verdict_prompt =
      "Steht die Antwort auf die folgende Frage im Text oben? Antworte mit ja oder nein.\nFrage: "
      "{question}\nAntwort: {answer}";
  table.prompts.yes = "ja";
  table.prompts.no = "nein";
  table.prompts.answer_prompt = "Beantworte diese Frage: {question}";
  table.prompts.second_prompt =
      "Frage: {question}\nBeantworte sie aus dem Text oben mit so wenigen Wörtern wie möglich.";
  table.prompts.row_long_prompt =
      "Lies das folgende Dokument und beantworte die Frage danach.\n\n{document}\n\nFrage: "
      "{question}";
  table.prompts.row_short_prompt =
      "Lies das folgende Dokument und beantworte die Frage danach so kurz wie möglich, mit einem "
      "Ausdruck oder einem einzigen Satz und ohne Erklärung.\n\n{document}\n\nFrage: {question}";
  table.prompts.two_chunk_long_prompt =
      "Stelle auf Deutsch eine Frage, für die man beide Sätze unten braucht: Wer nur einen davon "
      "gelesen hat, kann sie nicht beantworten. Nenne die Personen, Orte und Dinge, um die es "
      "geht, damit die Frage für sich allein verständlich ist. Beantworte sie dann auf Deutsch in "
      "einem vollständigen Satz, oder in zweien, wenn es nötig ist, mit einer Tatsache aus jedem "
      "Satz. Antworte in der Form <question>...</question> <answer>...</answer>.\n\nSatz 1: "
      "{sentence}\nSatz 2: {second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "Stelle auf Deutsch eine Frage nach einer Tatsache aus einem der beiden Sätze unten, und "
      "beschreibe das, wonach du fragst, durch eine Tatsache aus dem anderen Satz, sodass man "
      "beide braucht. Nenne die Personen, Orte und Dinge, um die es geht, damit die Frage für sich "
      "allein verständlich ist. Beantworte sie dann in wenigen Wörtern, ohne Erklärung. Antworte "
      "in der Form <question>...</question> <answer>...</answer>.\n\nSatz 1: {sentence}\nSatz 2: "
      "{second_sentence}";
  table.prompts.summary_part_prompt =
      "Schreibe auf Deutsch in einem oder zwei vollständigen Sätzen, was oben steht, mit den "
      "wichtigsten Namen, Zahlen und Daten. Antworte in der Form <summary>...</summary>.";
  table.prompts.summary_prompt =
      "Das ist der Inhalt eines längeren Werkes, der Reihe nach. Fasse auf Deutsch das ganze Werk "
      "in drei bis sechs vollständigen Sätzen zusammen: zuerst, wovon es handelt, dann die "
      "wichtigsten Punkte. Antworte in der Form <summary>...</summary>.";
  table.summary_requests =
      "Fasse das Dokument zusammen.\nSchreibe eine Zusammenfassung des Dokuments in einigen "
      "Sätzen.\nWovon handelt das Dokument, und was sind seine wichtigsten Punkte?\nWas sind die "
      "wesentlichen Aussagen des Dokuments? Fasse sie zusammen.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_DE_H_
