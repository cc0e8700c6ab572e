// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// French. Data only; table.h says what the fields mean.
#ifndef QUIPU_GENERATOR_LANGUAGES_FR_H_
#define QUIPU_GENERATOR_LANGUAGES_FR_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable FrenchTable() {
  LanguageTable table;
  table.language = Language::kFrench;
  table.code = "fr";
  table.name = "French";
  table.own_name = "français";
  table.capitals_are_names = true;
  table.stemmer = "french";
  table.elisions = "l' d' j' m' t' s' n' c' qu' jusqu' lorsqu' puisqu' quelqu'";
  table.letters = "àâæçéèêëîïôœùûüÿ";
  table.stop_words =
      "a afin ai ainsi alors après as au aucun aucune auquel aussi autre autres aux auxquels "
      "avait avant avec avoir ayant bien c' car ce ceci cela celle celles celui ces cet "
      "cette ceux chaque chez ci comme comment d' dans de déjà depuis des dès doit doivent "
      "donc dont du durant elle elles en encore entre es est et étaient était étant été être "
      "eu eux fait faire fois fut furent grâce ici il ils j' je jusque l' la là laquelle le "
      "lequel les lesquelles lesquels leur leurs lors lorsque lui m' ma mais me même mêmes "
      "mes moi moins mon n' ne ni non nos notre nous on ont ou où par parce pas pendant peu "
      "peut peuvent plus plusieurs pour pourquoi pourrait puis puisque qu' quand que quel "
      "quelle quelles quels qui quoi s' sa sans se selon sera ses seulement si son sont sous "
      "sur t' ta tandis te tel telle telles tels tes toi ton toujours tous tout toute toutes "
      "très trop tu un une vers via voici voilà vos votre vous y";
  table.number_words =
      "zéro - deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
      "seize "
      "dix-sept dix-huit dix-neuf vingt";
  table.asking_verbs = "est-ce est expliquez explique décrivez décris nommez citez";
  table.question_words =
      "qui que qu' quoi quel quelle quels quelles quand où comment pourquoi combien lequel "
      "laquelle lesquels lesquelles duquel desquels auquel";
  table.affirmations = "oui non";
  table.alternatives = "ou si";
  table.kinds.what = "Que|Qu'est-ce qui";
  table.kinds.who = "Qui";
  table.kinds.when = "Quand|En quelle année";
  table.kinds.where = "Où";
  table.kinds.which = "Quel|Quelle";
  table.kinds.why = "Pourquoi";
  table.kinds.how = "Comment";
  table.kinds.how_many = "Combien de";
  table.kinds.people =
      "(?-i:\\p{Ll}+,? \\p{Lu}\\p{Ll}+(?:-\\p{Lu}\\p{Ll}+)? (?:(?:de|du|van|von) )?"
      "\\p{Lu}[\\pL-]+)"
      "|(?:monsieur|madame|président|présidente|ministre|professeur|professeure|roi|reine) "
      "(?-i:\\p{Lu}\\p{Ll}+)";
  table.kinds.dates =
      "(?:1[0-9]|20)[0-9]{2}|janvier|février|avril|juin|juillet|août|septembre|octobre|novembre|"
      "décembre";
  table.kinds.places = "(?:à|en|près de|au nord de|au sud de) (?-i:\\p{Lu}\\p{Ll}{2,})";
  table.kinds.counts =
      "[0-9]{1,3}(?:[ .\\x{00A0}\\x{202F}][0-9]{3})*[ \\x{00A0}]\\pL{3,}"
      "|(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|cent|mille) \\pL{3,}";
  table.kinds.reasons =
      "parce qu[e']|parce qu’|puisqu[e']|car|afin|à cause|en raison|grâce à|c'est pourquoi|donc|"
      "pour (?:éviter|que|permettre|empêcher)|permet|permettent";
  table.banned_words = "phrase phrases extrait extraits passage passages texte textes";
  // Several articles or documents are what a text is about, not the text.
  table.source =
      "(?:le|la|ce|cet|cette|du|au|l'|l’|ces|les|des|d'|d’)\\s*(?:(?:présent|présente|même)s?\\s+)?"
      "(?:texte|extrait|passage|paragraphe|phrase)s?"
      "(?:\\s+(?:ci-dessus|fournie?s?|donnée?s?|précédente?s?|suivante?s?|ci-dessous))?"
      "|(?:le|la|ce|cet|cette|du|au|l'|l’|d'|d’)\\s*(?:(?:présent|présente|même)\\s+)?"
      "(?:document|article|chapitre|section|contexte)"
      "(?:\\s+(?:ci-dessus|fournie?|donnée?|précédente?|suivante?|ci-dessous))?"
      "|ces (?:documents|articles|chapitres|sections)"
      "|(?:l'|l’)(?:auteure?|auteur|écrivain)s?|le narrateur|la narratrice"
      "|(?:mentionnée?s?|décrite?s?|citée?s?|indiquée?s?|énoncée?s?)\\s+(?:ci-dessus|ci-dessous|"
      "plus "
      "haut|précédemment|ici)|comme (?:mentionné|indiqué|décrit)";
  table.narrators =
      "(?:ai|suis|avais|étais|dois|peux)-je|(?:avons|sommes|avions|étions)-nous|j'ai|j’ai";
  table.first_person = "je|j['’]\\pL+|nous|notre|nos|mon|ma|mes|moi";
  table.refusals =
      "en tant qu['’](?:ia|intelligence artificielle|assistant|modèle de langage)"
      "|je (?:suis désolée?|ne peux pas|ne suis pas en mesure|ne sais pas)|désolée?,"
      "|(?:n['’]est|n['’]est pas|ne sont|n['’]a) pas (?:explicitement |clairement "
      ")?(?:mentionnée?s?|"
      "précisée?s?|spécifiée?s?|indiquée?s?|fournie?s?)|(?:aucune|pas d['’]) ?information";
  table.vague =
      "^\\W*(?:que|quand|où|comment|pourquoi|combien)\\s*\\pL+-(?:t-)?(?:il|elle|ils|elles)"
      "|^\\W*(?:qu'est-ce que|qui est|que signifie) (?:cela|ça|il|elle)";
  table.prompts.long_prompt =
      "Pose en français une question qui demande une explication et à laquelle la phrase "
      "ci-dessous répond. Nomme les personnes, les lieux et les choses dont il s'agit, pour que la "
      "question se comprenne seule. Réponds ensuite en français, en une phrase complète, ou deux "
      "s'il le faut, uniquement avec ce qui est écrit plus haut. Réponds sous la forme "
      "<question>...</question> <answer>...</answer>.\n\nPhrase : {sentence}";
  table.prompts.short_prompt =
      "Pose en français une question sur un fait de la phrase ci-dessous. Nomme les personnes, les "
      "lieux et les choses dont il s'agit, pour que la question se comprenne seule. Réponds "
      "ensuite en quelques mots de la phrase, sans explication. Réponds sous la forme "
      "<question>...</question> <answer>...</answer>.\n\nPhrase : {sentence}";
  table.prompts.extracted_prompt =
      "Écris en français une question à laquelle la phrase ci-dessous répond exactement par les "
      "mots placés après « Réponse ». Nomme les personnes, les lieux et les choses dont il s'agit, "
      "pour que la question se comprenne seule. N'emploie pas la réponse dans la question. Réponds "
      "sous la forme <question>...</question>.\n\nPhrase : {sentence}\nRéponse : {answer}";
  table.prompts.verdict_prompt =
      "La réponse à la question suivante se trouve-t-elle dans le texte ci-dessus ? Réponds par "
      "oui ou non.\nQuestion : {question}\nRéponse : {answer}";
  table.prompts.yes = "oui";
  table.prompts.no = "non";
  table.prompts.answer_prompt = "Réponds à cette question : {question}";
  table.prompts.second_prompt =
      "Question : {question}\nRéponds d'après le texte ci-dessus en aussi peu de mots que "
      "possible.";
  table.prompts.row_long_prompt =
      "Lis le document ci-dessous et réponds à la question qui le suit.\n\n{document}\n\n"
      "Question : {question}";
  table.prompts.row_short_prompt =
      "Lis le document ci-dessous et réponds à la question qui le suit le plus brièvement "
      "possible, "
      "par une expression ou une seule phrase, sans explication.\n\n{document}\n\n"
      "Question : {question}";
  table.prompts.two_chunk_long_prompt =
      "Pose en français une question qui exige les deux phrases ci-dessous : qui n'en a lu qu'une "
      "ne peut pas y répondre. Nomme les personnes, les lieux et les choses dont il s'agit, pour "
      "que la question se comprenne seule. Réponds ensuite en français, en une phrase complète, ou "
      "deux s'il le faut, avec un fait de chaque phrase. Réponds sous la forme "
      "<question>...</question> <answer>...</answer>.\n\nPhrase 1 : {sentence}\nPhrase 2 : "
      "{second_sentence}";
  table.prompts.two_chunk_short_prompt =
      "Pose en français une question sur un fait de l'une des deux phrases ci-dessous, et décris "
      "ce dont il s'agit par un fait de l'autre phrase, pour qu'il faille les deux. Nomme les "
      "personnes, les lieux et les choses dont il s'agit, pour que la question se comprenne seule. "
      "Réponds ensuite en quelques mots, sans explication. Réponds sous la forme "
      "<question>...</question> <answer>...</answer>.\n\nPhrase 1 : {sentence}\nPhrase 2 : "
      "{second_sentence}";
  table.prompts.summary_part_prompt =
      "Écris en français, en une ou deux phrases complètes, ce que dit le texte ci-dessus, avec "
      "les noms, les nombres et les dates qui comptent le plus. Réponds sous la forme "
      "<summary>...</summary>.";
  table.prompts.summary_prompt =
      "Voici le contenu d'un ouvrage plus long, dans l'ordre. Résume en français l'ouvrage entier "
      "en trois à six phrases complètes : d'abord de quoi il traite, puis ses points les plus "
      "importants. Réponds sous la forme <summary>...</summary>.";
  table.summary_requests =
      "Résume le document.\nFais un résumé du document en quelques phrases.\nDe quoi traite ce "
      "document, et quels en sont les points les plus importants ?\nQuels sont les points "
      "essentiels du document ? Résume-les.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_FR_H_
