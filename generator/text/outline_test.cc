// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/outline.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

// The kind of a text that is one block.
BlockKind KindOf(absl::string_view text) {
  const std::vector<Block> blocks = ReadOutline(text);
  EXPECT_EQ(blocks.size(), 1u) << text;
  return blocks.empty() ? BlockKind::kFragment : blocks[0].kind;
}

TEST(Outline, SeesWrappedParagraphsAsProse) {
  const absl::string_view text =
      "    For the file, each corresponding permission allows following\n"
      "    actions. The read permission allows owner to examine contents of\n"
      "    the file.";
  const std::vector<Block> blocks = ReadOutline(text);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].kind, BlockKind::kProse);
  EXPECT_TRUE(blocks[0].sentences);
  EXPECT_EQ(blocks[0].soft_breaks.size(), 2u);
}

TEST(Outline, KeepsLineEndsOfUnwrappedParagraphs) {
  const std::string longer(300, 'x');
  const std::string text = "A first paragraph on one line starts here. " + longer +
                           ".\nA second paragraph is on the next line.\nAnd a third one is here.";
  const std::vector<Block> blocks = ReadOutline(text);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_TRUE(blocks[0].soft_breaks.empty());
}

TEST(Outline, EndsBlocksAtBlankLinesAndBullets) {
  const std::vector<Block> blocks = ReadOutline(
      "Here is a paragraph that introduces the list of things below.\n\n\n"
      "  * The first of them runs on\n    over two lines of text.\n"
      "  * The second stands alone here.\n  1. And so does the third one.");
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].kind, BlockKind::kProse);
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(blocks[i].kind, BlockKind::kItem);
  }
  EXPECT_TRUE(blocks[1].sentences);
}

TEST(Outline, TellsWhatIsNoProse) {
  EXPECT_EQ(KindOf("1.2.3. Filesystem permissions"), BlockKind::kHeading);
  EXPECT_EQ(KindOf("Uploading a package\n==================="), BlockKind::kHeading);
  EXPECT_EQ(KindOf(":blitter: /blit'r/, n."), BlockKind::kHeading);
  EXPECT_EQ(KindOf("-----------------------------"), BlockKind::kRule);
  EXPECT_EQ(KindOf("* * *"), BlockKind::kRule);
  EXPECT_EQ(KindOf("+---------+---------+\n|character|meaning  "
                   "|\n|---------+---------|\n"
                   "|d        |directory|"),
            BlockKind::kTable);
  EXPECT_EQ(KindOf("\u250c\u2500\u2500\u252c\u2500\u2510\n\u2502 a\u2502b\u2502"),
            BlockKind::kTable);
  EXPECT_EQ(KindOf("name      size     time\nfile      20       12:00\nother   "
                   "  31       13:00"),
            BlockKind::kTable);
  EXPECT_EQ(KindOf("1. Tutorials\n    1.1. Console basics\n        1.1.1. The "
                   "shell prompt"),
            BlockKind::kContents);
  EXPECT_EQ(KindOf("Chapter 1 Tutorials\n1.1. Console basics\n1.1.1. The shell prompt"),
            BlockKind::kContents);
  EXPECT_EQ(KindOf("Preface ............ 1\nTutorials .......... 7"), BlockKind::kContents);
  EXPECT_EQ(KindOf("$ dpkg -L vim\n$ apt-cache show vim"), BlockKind::kCode);
  EXPECT_EQ(KindOf("[Service]\nExecStart=-/usr/sbin/sshd -i\nStandardInput=socket"),
            BlockKind::kCode);
  EXPECT_EQ(KindOf("int main() {\n  return 0;\n}"), BlockKind::kCode);
}

TEST(Outline, CoversTheTextInOrder) {
  const std::string text = "One block here.\n\nAnother block.\n   \n* item\n";
  size_t at = 0;
  for (const Block& block : ReadOutline(text)) {
    EXPECT_GE(block.begin, at);
    EXPECT_GT(block.end, block.begin);
    at = block.end;
  }
  EXPECT_LE(at, text.size());
}

TEST(Outline, TakesAnyText) {
  EXPECT_TRUE(ReadOutline("").empty());
  EXPECT_TRUE(ReadOutline("\n\n \n\t\n").empty());
  EXPECT_EQ(ReadOutline("\n\nword").size(), 1u);
  EXPECT_EQ(ReadOutline(std::string(100000, '-')).size(), 1u);
}

TEST(Outline, ReadsOtherScriptsAsProse) {
  EXPECT_EQ(KindOf("結縄は、縄や紐の結び目によって記録を残す方法である。文字の"
                   "ない社会で使われた。"),
            BlockKind::kProse);
  EXPECT_EQ(KindOf("Кипу служили для учёта людей, животных и запасов, и читали "
                   "их только мастера."),
            BlockKind::kProse);
}

constexpr char kTwoSentences[] =
    "The old ledger shows that timber was the most important cargo. Water from the upper lake "
    "reaches the mill through a culvert that is long.";

TEST(Outline, SeesProseWhateverIsAroundIt) {
  const std::string text = kTwoSentences;
  for (const std::string& prose :
       {text + " <end of page>", "<p>" + text + "</p>", "> " + text, text + " {vocalsound}",
        text + "\u200b", text + " https://example.com/a", text + "[12]",
        "\\section{Part 1}\n" + text, text + " And so on and", "\"" + text + "\""}) {
    EXPECT_EQ(KindOf(prose), BlockKind::kProse) << prose;
  }
}

TEST(Outline, SeesProseBesideMarksThatTablesAndCodeHaveToo) {
  const std::string notes =
      "The old ledger shows that timber was the cargo.\\footnote{See there.} Water from the lake "
      "reaches the mill through a culvert.\\footnote{See there.}";
  const std::string links =
      "The [[ledger|old ledger]] shows that [[timber|the timber]] was cargo. "
      "[[Water|It]] reaches the [[mill|old mill]] by a [[drain|culvert]].";
  const std::string danda =
      "\u0917\u093e\u0901\u0935 \u0915\u0947 \u0932\u094b\u0917 \u092a\u0941\u0932 "
      "\u092a\u093e\u0930 "
      "\u0915\u0930\u0924\u0947 \u0939\u0948\u0902 | \u0915\u093f\u0938\u093e\u0928 "
      "\u0938\u0941\u092c\u0939 "
      "\u0916\u0947\u0924 \u091c\u093e\u0924\u0947 \u0939\u0948\u0902 |";
  const std::string templates =
      "== History ==\nThe ledger<ref>{{cite|url=x|title={{lang|la|Y}}|page=3}}</ref> shows the "
      "timber at {{convert|3|m}}. Water reaches the [[mill|old mill]] by a {{abbr|c.|x}} culvert.";
  const std::string recitals =
      "Recalling that the keeper of the old lock opens its gate,\n"
      "Noting that water from the upper lake reaches the mill;\n"
      "Aware that the timber was the most important cargo of it;\n"
      "Having heard what the keeper of the other lock has said;";
  const std::vector<std::string> texts = {
      notes,
      links,
      templates,
      recitals,
      "The lock has a gate.<|endoftext|>The old ledger shows that timber was the "
      "cargo.<|endoftext|>",
      danda,
      "<v Anna>We open the lower gate of the lock slowly.",
      std::string("1   The old ledger shows that timber was the most\n"
                  "2   important cargo. Water from the upper lake reaches\n"
                  "3   the mill through a culvert that is long."),
      std::string("\uA9B2\uA9A0\uA9A5\uA98F\uA9AD\uA9C9\uA9B2\uA9A0\uA9A5\uA98F\uA9AD\uA9C9"
                  "\uA9B2\uA9A0\uA9A5\uA98F\uA9AD\uA9C9")};
  for (const std::string& text : texts) {
    const std::vector<Block> blocks = ReadOutline(text);
    ASSERT_EQ(blocks.size(), 1u) << text;
    EXPECT_TRUE(blocks[0].words) << text;
  }
  // Yi has no spaces.
  EXPECT_TRUE(ReadOutline("\uA188\uA320\uA071\uA0B7\uA188\uA320\uA071\uA0B7\uA188\uA320\uA071\uA0B7"
                          "\uA188\uA320\uA071\uA0B7\uA188\uA320\uA071\uA0B7")[0]
                  .words);
  // Semicolons alone end the clauses of a statute, and the lines of a program.
  std::string clauses;
  for (int i = 0; i < 6; ++i) clauses += "the keeper of the lock opens its lower gate slowly; ";
  EXPECT_NE(KindOf(clauses), BlockKind::kCode);
  EXPECT_EQ(KindOf("select name and town of each keeper from keepers where id = 1;\n"
                   "drop the table of all keepers if it exists;\ncommit;"),
            BlockKind::kCode);
  EXPECT_EQ(KindOf("{{lang}} a | b | c\nd | e | f"), BlockKind::kTable);
  EXPECT_EQ(KindOf("int x = 1;\nint y = 2;\nreturn x + y;"), BlockKind::kCode);
  EXPECT_EQ(KindOf("| \u0928\u093e\u092e | \u0917\u093e\u0901\u0935 |"), BlockKind::kTable);
}

TEST(Outline, SeesProseInJustifiedLines) {
  // As nroff widens them: some gaps have three spaces.
  EXPECT_EQ(KindOf("The  old   ledger shows that timber was the   most\n"
                   "important   cargo.  Water from the upper lake  can\n"
                   "reach the mill by a culvert."),
            BlockKind::kProse);
  // Two columns of a page are read across: no text.
  EXPECT_EQ(KindOf("The old ledger shows that      Water from the upper lake does\n"
                   "timber was the cargo. It       reach the mill. It is a culvert\n"
                   "was sold in the harbour        that is as long as the street.\n"
                   "by the weight of it.           Nobody knows who built it."),
            BlockKind::kTable);
  EXPECT_EQ(KindOf("name      size      time\nfile      20       12:00\nother     31       13:00"),
            BlockKind::kTable);
}

TEST(Outline, SeesCaptionsInsideTags) {
  for (const absl::string_view text :
       {"<i>The old ledger shows</i>\n<i>that timber was the cargo</i>",
        "<font color=\"#ffff00\">The old ledger shows\nthat timber was the cargo</font>",
        "<c.yellow>The old ledger shows that timber was</c>"}) {
    EXPECT_TRUE(ReadOutline(text)[0].words) << text;
  }
  EXPECT_EQ(KindOf("<div class=\"a\">\n<img src=\"b.png\">\n</div>"), BlockKind::kCode);
}

TEST(Outline, TellsClausesAndNumberedLinesFromContents) {
  for (const absl::string_view text :
       {"1.1 The seller delivers the goods to the harbour;\n1.2 The buyer takes them there; and",
        "1 The old ledger shows that timber was the most\n2 important cargo, and that water from\n"
        "3 the upper lake reaches the mill by a culvert\n4 that is as long as the main street"}) {
    EXPECT_TRUE(ReadOutline(text)[0].words) << text;
    EXPECT_NE(KindOf(text), BlockKind::kContents) << text;
  }
}

TEST(Outline, ReadsShortSpeechAsWords) {
  EXPECT_TRUE(ReadOutline("- And the ledger?")[0].words);
  EXPECT_FALSE(ReadOutline("- And the ledger")[0].words);
}

TEST(Outline, SeesNumberedParagraphs) {
  for (const char* number :
       {"[0012]", "12.", "(a)", "\u00a7 3", "\u00a7\u00a7 3a.", "-", "\u2022"}) {
    const std::string text = std::string(number) + " " + kTwoSentences;
    const std::vector<Block> blocks = ReadOutline(text);
    ASSERT_EQ(blocks.size(), 1u);
    EXPECT_TRUE(blocks[0].sentences && blocks[0].paragraph) << text;
  }
  EXPECT_FALSE(ReadOutline("- a short item of a list")[0].paragraph);
}

TEST(Outline, ReadsSpeechAsWords) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "so what we do next is look at the harbour ";
  const std::vector<Block> blocks = ReadOutline(text);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].kind, BlockKind::kFragment);
  EXPECT_TRUE(blocks[0].words);
  EXPECT_FALSE(ReadOutline("name      size     time\nfile      20       12:00")[0].words);
}

TEST(Outline, ClassifiesThePartsOfALongLineAlone) {
  std::string text;
  for (int i = 0; i < 60; ++i) absl::StrAppend(&text, "<Td> ", i, ".", i, " </Td> <Td> 7-", i, " ");
  text += text + text + text + text;
  const size_t table = text.size();
  for (int i = 0; i < 60; ++i) absl::StrAppend(&text, kTwoSentences, " ");
  bool prose = false;
  for (const Block& block : ReadOutline(text)) {
    if (block.end <= table / 2) {
      EXPECT_EQ(block.kind, BlockKind::kCode);
    }
    prose = prose || block.kind == BlockKind::kProse;
  }
  EXPECT_TRUE(prose);
}

TEST(LetterShare, CountsLettersOfAnyScript) {
  EXPECT_EQ(LetterShare("ab 12"), 0.5);
  EXPECT_EQ(LetterShare("é結"), 1.0);
  EXPECT_EQ(LetterShare(" \n"), 0.0);
}

}  // namespace
}  // namespace quipu::generator
