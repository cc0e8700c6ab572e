// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Italian. Data only; table.h says what the fields mean.
#ifndef QUIPU_GENERATOR_LANGUAGES_IT_H_
#define QUIPU_GENERATOR_LANGUAGES_IT_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable ItalianTable() {
  LanguageTable table;
  table.language = Language::kItalian;
  table.code = "it";
  table.name = "Italian";
  table.own_name = "italiano";
  table.capitals_are_names = true;
  table.stemmer = "italian";
  table.elisions =
      "l' d' c' s' m' t' v' n' un' dell' nell' all' dall' sull' quest' quell' dov' com' cos' qual'";
  table.letters = "àèéìíîòóùú";
  table.stop_words =
      "a ad affinché agli ai al alcun alcuna alcune alcuni all' alla alle allo allora altra "
      "altre altri altro anche ancora avere aveva avevano c' che chi ci ciascun ciò cioè col "
      "come con contro così cui d' da dagli dai dal dall' dalla dalle dallo degli dei del "
      "dell' della delle dello dentro deve devono di dopo dove dunque durante e è ed egli "
      "era erano essa esse essere essi fa fino fra fu furono già gli ha hanno i il in "
      "infatti inoltre io l' la là le lei li lo loro lui ma me mediante mentre mi mia mio "
      "molta molte molti molto ne né negli nei nel nell' nella nelle nello noi non nostra "
      "nostro o ogni oltre oppure ora per perché però piu più poco poi può possono prima "
      "proprio pure qual quale quali qualsiasi quando quanta quanti quanto quasi quel quell' "
      "quella quelle quelli quello questa queste questi questo qui quindi s' sarà se sebbene "
      "secondo sei sembra sempre senza si sia siano siccome solo sono sopra sotto stata "
      "state stati stato su sua sue sugli sui sul sull' sulla sulle sullo suo suoi tale tali "
      "tra tranne tu tutta tutte tutti tutto un un' una uno verso vi via voi";
  table.number_words =
      "zero - due tre quattro cinque - sette otto nove dieci undici dodici tredici quattordici "
      "quindici "
      "sedici diciassette diciotto diciannove venti";
  table.asking_verbs = "spiega spiegare spieghi descrivi descrivere nomina elenca";
  table.question_words =
      "chi che cosa cos' qual quale quali quando dove dov' come com' perché quanto quanta "
      "quanti quante";
  table.affirmations = "sì si no";
  table.alternatives = "o oppure se";
  table.banned_words = "frase frasi brano estratto testo testi";
  table.source =
      "(?:il|lo|la|nel|nello|nella|dal|dalla|del|dello|della|al|questo|questa|questi|dell['’]|l['’]"
      "|"
      "nell['’]|dall['’]|quest['’])\\s*(?:(?:presente|seguente|suddetto)\\s+)?(?:testo|brano|"
      "estratto|"
      "documento|passaggio|passo|articolo|paragrafo|capitolo|sezione|contesto|frase)"
      "(?:\\s+(?:precedente|seguente|fornito|sopra|dato))?"
      "|(?:l['’]|dell['’]|all['’])autore|l['’]autrice|(?:il|del) narratore"
      "|(?:menzionat|descritt|citat|indicat|elencat)[oaie]\\s+(?:sopra|sotto|in precedenza|qui)"
      "|come (?:menzionato|indicato|descritto)";
  table.narrators = "(?:ho|sono|avevo|devo|posso)\\s+io|(?:abbiamo|siamo)\\s+noi";
  table.refusals =
      "come (?:una )?(?:ia|intelligenza artificiale|modello linguistico|assistente)"
      "|(?:io )?non (?:posso (?:rispondere|fornire|aiutare)|ho (?:informazioni|accesso)|sono in "
      "grado)"
      "|mi dispiace|non (?:è|viene|sono|vengono) (?:\\pL+ )?(?:menzionat|specificat|indicat|"
      "fornit)[oaie]|non ci sono informazioni";
  table.prompts.long_prompt =
      "Fai in italiano una domanda che chieda una spiegazione e a cui risponda la frase qui sotto. "
      "Nomina le persone, i luoghi e le cose di cui si tratta, perché la domanda si capisca da "
      "sola. Poi rispondi in italiano in una frase completa, o due se serve, solo con ciò che è "
      "scritto sopra. Rispondi nella forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase: {sentence}";
  table.prompts.short_prompt =
      "Fai in italiano una domanda su un fatto della frase qui sotto. Nomina le persone, i luoghi "
      "e le cose di cui si tratta, perché la domanda si capisca da sola. Poi rispondi con poche "
      "parole della frase, senza spiegazione. Rispondi nella forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase: {sentence}";
  table.prompts.extracted_prompt =
      "Scrivi in italiano una domanda alla quale la frase qui sotto risponde esattamente con le "
      "parole che seguono «Risposta». Nomina le persone, i luoghi e le cose di cui si tratta, "
      "perché la domanda si capisca da sola. Non usare la risposta nella domanda. Rispondi nella "
      "forma <question>...</question>.\n\nFrase: {sentence}\nRisposta: {answer}";
  table.prompts.verdict_prompt =
      "La risposta alla domanda seguente è nel testo sopra? Rispondi sì o no.\nDomanda: "
      "{question}\nRisposta: {answer}";
  table.prompts.yes = "sì";
  table.prompts.no = "no";
  table.prompts.answer_prompt = "Rispondi a questa domanda: {question}";
  table.prompts.second_prompt =
      "Domanda: {question}\nRispondi secondo il testo sopra con meno parole possibile.";
  table.prompts.row_long_prompt =
      "Leggi il documento qui sotto e rispondi alla domanda che lo segue.\n\n{document}\n\n"
      "Domanda: {question}";
  table.prompts.row_short_prompt =
      "Leggi il documento qui sotto e rispondi alla domanda che lo segue il più brevemente "
      "possibile, "
      "con un'espressione o una sola frase e senza spiegazione.\n\n{document}\n\nDomanda: "
      "{question}";
  table.prompts.two_chunk_long_prompt =
      "Fai in italiano una domanda che richieda entrambe le frasi qui sotto: chi ne ha letta una "
      "sola non può rispondere. Nomina le persone, i luoghi e le cose di cui si tratta, in modo "
      "che la domanda si capisca da sola. Poi rispondi in italiano con una frase completa, o due "
      "se serve, con un fatto di ciascuna frase. Rispondi nella forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase 1: {sentence}\nFrase 2: {second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "Fai in italiano una domanda su un fatto di una delle due frasi qui sotto, e descrivi ciò di "
      "cui chiedi con un fatto dell'altra frase, in modo che servano entrambe. Nomina le persone, "
      "i luoghi e le cose di cui si tratta, in modo che la domanda si capisca da sola. Poi "
      "rispondi in poche parole, senza spiegazione. Rispondi nella forma <question>...</question> "
      "<answer>...</answer>.\n\nFrase 1: {sentence}\nFrase 2: {second_sentence}";
  table.prompts.summary_part_prompt =
      "Scrivi in italiano, in una o due frasi complete, che cosa dice il testo qui sopra, con i "
      "nomi, i numeri e le date più importanti. Rispondi nella forma <summary>...</summary>.";
  table.prompts.summary_prompt =
      "Questo è il contenuto di un'opera più lunga, in ordine. Riassumi in italiano l'intera opera "
      "in tre-sei frasi complete: prima di che cosa tratta, poi i suoi punti più importanti. "
      "Rispondi nella forma <summary>...</summary>.";
  table.summary_requests =
      "Riassumi il documento.\nScrivi un riassunto del documento in poche frasi.\nDi che cosa "
      "tratta il documento e quali sono i suoi punti più importanti?\nQuali sono i punti "
      "essenziali del documento? Riassumili.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_IT_H_
