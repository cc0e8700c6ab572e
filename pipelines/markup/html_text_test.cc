// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_text.h"

#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOk;
using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

std::string TextOf(absl::string_view page) {
  const absl::StatusOr<std::string> text = HtmlText(page);
  return text.ok() ? *text : absl::StrCat("error: ", text.status().message());
}

TEST(HtmlText, BlocksAreParagraphsAndListsAreLines) {
  EXPECT_EQ(TextOf("<html><body><h1>A\n title</h1><p>One  <b>two</b>&amp; <i>three</i>.</p>"
                   "<p>Four<br>five</p><ul><li>six<li>seven <p>eight</ul>nine</body>"),
            "A title\n\nOne two& three.\n\nFour\nfive\n\nsix\nseven\neight\n\nnine");
}

TEST(HtmlText, CharacterReferencesAreCharacters) {
  EXPECT_EQ(TextOf("<p>&lt;a&gt; &eacute; &#8212; &#x4e2d;&nbsp;&copy;</p>"),
            "<a> \xc3\xa9 \xe2\x80\x94 \xe4\xb8\xad \xc2\xa9");
}

TEST(HtmlText, PreformattedTextIsUnchanged) {
  EXPECT_EQ(TextOf("<p>Run</p><pre>if x:\n    y()\n\nz</pre><p>Done</p>"),
            "Run\n\nif x:\n    y()\n\nz\n\nDone");
}

TEST(HtmlText, ScriptsStylesAndSurroundingsAreLeftOut) {
  EXPECT_EQ(TextOf("<head><title>T</title><style>p{}</style><script>var a = '<p>';</script></head>"
                   "<body><nav><a href=/>Home</a></nav><header>Site</header>"
                   "<div class='left sidebar'>Side</div><div role=navigation>next</div>"
                   "<p>The text.</p><p hidden>no</p><span aria-hidden=true>x</span>"
                   "<form>Search <input></form><footer>Copyright</footer></body>"),
            "T\n\nThe text.");
}

TEST(HtmlText, APageWithinAFormHasItsText) {
  std::string text = "The text.";
  while (text.size() < 500) text += " More of the text.";

  EXPECT_EQ(TextOf(absl::StrCat("<h2>Site</h2><form action=/><nav>Menu</nav><h1>H</h1><p>", text,
                                "</p><input></form>")),
            absl::StrCat("Site\n\nH\n\n", text));
  EXPECT_EQ(TextOf(absl::StrCat("<p>", text, "<form><p>", text, "</form>")), text);
}

TEST(HtmlText, TheTitleIsLeftToTheHeading) {
  EXPECT_EQ(TextOf("<title>Page - Site</title><h1>Page</h1><p>a"), "Page\n\na");
}

TEST(HtmlText, MostOfThePageInMainLeavesTheRestOut) {
  EXPECT_EQ(TextOf("<p>Around</p><main><h1>H</h1><p>The main text of this page.</p></main>"),
            "H\n\nThe main text of this page.");
  // A main part that is nearly empty is not where the text is.
  EXPECT_EQ(TextOf("<main>x</main><p>The text is outside of the main part of this page.</p>"),
            "x\n\nThe text is outside of the main part of this page.");
}

TEST(HtmlText, ArticlesBelowTheTextAreNotAllOfIt) {
  EXPECT_EQ(TextOf("<div><p>The text of this page is here.</p></div><article>A comment.</article>"
                   "<article>One more.</article>"),
            "The text of this page is here.\n\nA comment.\n\nOne more.");
  // Links are no text.
  EXPECT_EQ(TextOf("<div><a href=x>A link with many words in it, and more of them</a> a</div>"
                   "<article>The text of it, with more words.</article>"),
            "The text of it, with more words.");
}

TEST(HtmlText, MenusOfLinksAreLeftOut) {
  EXPECT_EQ(TextOf("<p>Text with a <a href=b>link</a>.</p><ul><li><a href=c>Entry</a></li>"
                   "<li><a href=d>Entry</a> with a longer text of its own.</li></ul>"),
            "Text with a link.\n\nEntry with a longer text of its own.");
}

TEST(HtmlText, ItemsOfOrderedListsHaveTheirNumbers) {
  EXPECT_EQ(TextOf("<p>Bake:</p><ol><li>Stir.<li><p>Rest.</p><p>Longer.</p><ul><li>a</ul>"
                   "<li value=7>Repeat step 2.</ol><ol start=4 type=a><li>x</ol>"),
            "Bake:\n\n1. Stir.\n2. Rest.\nLonger.\na\n7. Repeat step 2.\n\nd. x");
  // Lists within lists; an item without text; a hidden one, which browsers count.
  EXPECT_EQ(TextOf("<ol><li><ol type=i><li>a<li>b</ol></li><li></li><li hidden>c</li><li>d</ol>e"),
            "1. i. a\nii. b\n4. d\n\ne");
  // The author's own numbers are not doubled; code has none.
  EXPECT_EQ(TextOf("<ol><li>1) a<li>(2) b<li>3 c<li>4.5 d</ol>"), "1) a\n(2) b\n3. 3 c\n4. 4.5 d");
  EXPECT_EQ(TextOf("<pre><ol><li>x = 1\n<li>y</ol></pre>"), "x = 1\ny");
  EXPECT_EQ(TextOf("<ol class=references><li>Smith.</ol><ol style='list-style: none'><li>a</ol>"),
            "Smith.\n\na");
}

TEST(HtmlText, ANumberMakesNoTextOfALink) {
  EXPECT_EQ(TextOf("<p>Text of the page.</p><ol><li><a href=c>Entry</a><li>Step.</ol>"),
            "Text of the page.\n\n2. Step.");
}

TEST(HtmlText, HostileListsEndInBoundedLines) {
  std::string page;
  for (int i = 0; i < 200; ++i) page += "<ol start=2000000000><li>";
  EXPECT_EQ(TextOf(page + "x"), "2000000000. 2000000000. 2000000000. x");
}

TEST(HtmlText, CellsOfTablesAreSeparated) {
  EXPECT_EQ(TextOf("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"),
            "a | b\n1 | 2");
}

TEST(HtmlText, SuperscriptNumbersAreExponents) {
  EXPECT_EQ(TextOf("<p>10<sup>6</sup> cells of 3 m<sup>2</sup>, (a+b)<sup>2</sup> per "
                   "s<sup>\xe2\x88\x92"
                   "1</sup> or s<sup>-1</sup>, \xce\xb1<sup><i>2</i></sup>"),
            "10^6 cells of 3 m^2, (a+b)^2 per s^\xe2\x88\x92"
            "1 or s^-1, \xce\xb1^2");
  EXPECT_EQ(TextOf("<p>m s<sup>&minus;1</sup>, Na<sup>+</sup>, Ca<sup>2+</sup>"),
            "m s^\xe2\x88\x92"
            "1, Na^+, Ca^2+");
  EXPECT_EQ(TextOf("<pre>x = 2<sup>8</sup>\ny</pre>"), "x = 2^8\ny");
  EXPECT_EQ(TextOf("<p>See <a href=e>E = mc<sup>2</sup></a>."), "See E = mc^2.");
}

TEST(HtmlText, ExponentsMayBeLetters) {
  EXPECT_EQ(
      TextOf("<p>2<sup><i>n</i></sup> states, 10<sup>k</sup>, x<sup>n</sup>, (a)<sup>t</sup>, "
             "y<sup>n+1</sup>, 2<sup>k\xe2\x88\x92"
             "1</sup>!"),
      "2^n states, 10^k, x^n, (a)^t, y^(n+1), 2^(k\xe2\x88\x92"
      "1)!");
  EXPECT_EQ(
      TextOf("<p>la 2<sup>e</sup>, 1<sup>o</sup>, M<sup>r</sup>, 3<sup>rd</sup>, A<sup>T</sup>, in "
             "1902<sup>i</sup>"),
      "la 2e, 1o, Mr, 3rd, AT, in 1902i");
}

TEST(HtmlText, NumbersOfPrintedPagesAreLeftOut) {
  EXPECT_EQ(TextOf("<p>The com<span class=\"pagenum\"><a id=p>[Pg 12]</a></span>plete lock"
                   "<span role=\"doc-pagebreak\">13</span>, and"
                   " <span epub:type=\"pagebreak\">14</span>its gate."),
            "The complete lock, and its gate.");
}

TEST(HtmlText, OtherSuperscriptsStayAsTheyAre) {
  EXPECT_EQ(TextOf("<p>the 1<sup>st</sup>, M<sup>me</sup>, <sup>14</sup>C, "
                   "<a href=h><sup>3</sup>He</a>, 5<sup> 6</sup>, a-<sup>2</sup>, x<sup></sup>7"),
            "the 1st, Mme, 14C, 3He, 5 6, a-2, x7");
  EXPECT_EQ(TextOf("<p><sup>2</sup> A note.<p>a<sub>2</sub> 7"), "2 A note.\n\na2 7");
}

TEST(HtmlText, NumbersOfNotesAreNoPartOfNumbersAndWords) {
  EXPECT_EQ(TextOf("<p>In 1912<sup><a href=#n3>3</a></sup> and 1913.<a href=#n4><sup>4</sup></a> "
                   "it<sup> <a href=#a>5</a>, <a href=#b>6</a></sup> rained.</p><p>Then 7"),
            "In 1912 and 1913. it rained.\n\nThen 7");
  EXPECT_EQ(
      TextOf("<p>In 1912<sup><a href=#c>[3]</a></sup> it rained<sup><a href=y>2024</a></sup>"),
      "In 1912[3] it rained^2024");
}

TEST(HtmlText, ReadingsOfCharactersAreLeftOut) {
  EXPECT_EQ(TextOf("<p><ruby>\u6771<rt>\u3068\u3046</rt>\u4eac<rt>\u304d\u3087\u3046</rt></ruby>"
                   "\u306f<ruby>\u6f22<rp>(<rt>\u304b\u3093<rp>)</ruby>\u3002"),
            "\u6771\u4eac\u306f\u6f22\u3002");
}

TEST(HtmlText, StruckTextIsLeftOut) {
  EXPECT_EQ(
      TextOf("<p>It costs <del>40</del><ins>55</ins> <s>dollars</s> <strike>x</strike>euros."),
      "It costs 55 euros.");
}

// Extractors that leave out short pieces lose these.
TEST(HtmlText, SingleCharactersBetweenTagsStay) {
  EXPECT_EQ(TextOf("<p><i>a</i> \u2264 <i>b</i>, <b>\u20ac</b>5, \u4ed6<b>\u662f</b>\u4eba"),
            "a \u2264 b, \u20ac5, \u4ed6\u662f\u4eba");
}

TEST(HtmlText, ReadsTheEncodingThatThePageDeclares) {
  EXPECT_EQ(TextOf("\xef\xbb\xbf<p>\xc3\xa4</p>"), "\xc3\xa4");
  EXPECT_EQ(TextOf("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>"
                   "<p>stra\xdf"
                   "e \xe4</p>"),
            "stra\xc3\x9f"
            "e \xc3\xa4");
  EXPECT_THAT(HtmlText("<p>\xe4</p>"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "invalid UTF-8 at byte 3, and the page declares no other encoding"));
  // UTF-8 is seen as such, whatever the page says.
  EXPECT_EQ(TextOf("<meta charset='iso-8859-1'><p>\xc3\xa4</p>"), "\xc3\xa4");
}

TEST(HtmlText, ReadsTheEncodingThatTheServerDeclares) {
  EXPECT_EQ(HtmlText("<p>\xe4</p>", "ISO-8859-1").value_or("?"), "\xc3\xa4");
  EXPECT_EQ(HtmlText("<meta charset=utf-8><p>\x83\x81</p>", "shift_jis").value_or("?"),
            "\xe3\x83\xa1");
  // A page in UTF-8 is read as such, whatever was declared.
  EXPECT_EQ(HtmlText("<p>\xc3\xa4</p>", "iso-8859-1").value_or("?"), "\xc3\xa4");
  EXPECT_THAT(HtmlText("<p>\xe4</p>", "no-such-charset").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "\"no-such-charset\" is unknown"));
}

// A character beyond the encoding that is declared ended the page there.
TEST(HtmlText, ACharacterOutsideOfTheEncodingEndsNoPage) {
  const std::string words(5000, 'x');
  for (const auto& [charset, bytes, character] :
       {std::make_tuple("gb2312", "\xe9\x46", "镕"),
        std::make_tuple("windows-1252", "\x81", "\u0081"),
        std::make_tuple("shift_jis", "\x87\x40", "①"), std::make_tuple("euc-kr", "\x81\x41", "갂"),
        std::make_tuple("big5", "\xff", "\ufffd"), std::make_tuple("utf-8", "\xff", "\ufffd"),
        std::make_tuple("iso-8859-7", "\xff", "\ufffd")}) {
    const std::string body = absl::StrCat("<p>a", bytes, words, "</p>");
    const std::string text = absl::StrCat("a", character, words);
    EXPECT_EQ(TextOf(absl::StrCat("<meta charset=", charset, ">", body)), text) << charset;
    EXPECT_EQ(HtmlText(body, charset).value_or("?"), text) << charset;
  }
}

// libxml2 would read all behind it as Latin-1.
TEST(HtmlText, ABrokenByteInUtf8DoesNoHarmToTheRest) {
  std::string words;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&words, " Café");
  EXPECT_EQ(TextOf(absl::StrCat("<meta charset=utf-8><p>a\xe9", words, "</p>")),
            absl::StrCat("a\ufffd", words));
}

TEST(HtmlText, Latin1IsReadAsInBrowsers) {
  EXPECT_EQ(TextOf("<meta charset=iso-8859-1><p>don\x92t \x93quote\x94"), "don’t “quote”");
}

TEST(HtmlText, APageInAnotherEncodingThanItDeclaresIsRefused) {
  const std::string words(1000, 'x');
  const std::string lost10 = "\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9";
  EXPECT_THAT(HtmlText(absl::StrCat("<meta charset=utf-8><p>", words, lost10, "</p>")), IsOk());
  EXPECT_THAT(HtmlText(absl::StrCat("<meta charset=utf-8><p>", words, lost10, "\xe9</p>")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "the page is not in the encoding that is declared, UTF-8: 11 of its 1011 "
                       "characters are none there"));
  // The text counts, not what is around it.
  EXPECT_THAT(
      HtmlText(absl::StrCat("<meta charset=utf-8><script>", words, "</script><p>\xe9 text")),
      StatusIs(absl::StatusCode::kInvalidArgument, "1 of its 6 characters"));
  EXPECT_THAT(HtmlText(absl::StrCat("<meta charset=utf-8><script>", lost10, "</script><p>text")),
              IsOkAndHolds("text"));
}

TEST(HtmlText, PagesThatNeedTooMuchTimeAreRefused) {
  std::string page;
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&page, "<span>");
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&page, "</i>");
  EXPECT_THAT(HtmlText(page), StatusIs(absl::StatusCode::kInvalidArgument, "misplaced tags"));
  EXPECT_THAT(HtmlFragmentText(page), StatusIs(absl::StatusCode::kInvalidArgument, "misplaced"));
}

TEST(HtmlText, BrokenPagesHaveTheirText) {
  EXPECT_EQ(TextOf("<p>a<b>b</p><p>c</i></b></div>d"), "ab\n\ncd");
  EXPECT_EQ(TextOf("<p>a</p><nav><ul><li>b</nav><p>c"), "a\n\nc");
  EXPECT_EQ(TextOf("plain text < with & signs"), "plain text < with & signs");
  EXPECT_EQ(TextOf(""), "");
}

TEST(HtmlText, DeepAndCutPagesDoNotCrash) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) absl::StrAppend(&deep, "<div>");
  absl::StrAppend(&deep, "text");
  EXPECT_THAT(HtmlText(deep), IsOk());

  const std::string page =
      "<!DOCTYPE html><html><head><meta charset=utf-8><title>T&auml;</title></head><body "
      "class=\"x\"><!-- a --><p id='a'>One &lt; <pre>a\n b</pre><table><tr><td>c</table></body>";
  for (size_t i = 0; i < page.size(); ++i) {
    EXPECT_THAT(HtmlText(page.substr(0, i)), IsOk()) << i;
    EXPECT_THAT(HtmlText(page.substr(i)), IsOk()) << i;
  }
}

TEST(HtmlText, ASectionsHeaderIsNotThePages) {
  EXPECT_EQ(
      TextOf("<header>Site</header><section><header><h2>One</h2><p>First.</p></header><p>a</p>"
             "</section><section><header class=\"site-header\">Menu</header><p>b</p></section>"),
      "One\n\nFirst.\n\na\n\nb");
}

TEST(HtmlText, WhoSaidWhatIsQuotedIsText) {
  EXPECT_EQ(TextOf("<blockquote><p>Bread is life.</p><footer>A baker</footer></blockquote>"
                   "<p>He said <q>so</q>.</p><footer>Site</footer>"),
            "Bread is life.\n\nA baker\n\nHe said \"so\".");
}

TEST(HtmlText, AButtonThatIsAHeadingIsText) {
  EXPECT_EQ(TextOf("<h3><button>Why knead?</button></h3><p>For gluten.</p><button>Buy</button>"),
            "Why knead?\n\nFor gluten.");
}

TEST(HtmlText, FormulasLeaveNoHoles) {
  EXPECT_EQ(TextOf("<p>So <math><msup><mi>x</mi><mn>2</mn></msup></math> is <math alttext='\\pi'>"
                   "<mi>p</mi></math>, and <math><semantics><mi>y</mi><annotation "
                   "encoding=\"application/x-tex\">y_1</annotation></semantics></math>"
                   "<span aria-hidden=true>y1</span> too."),
            "So x^2 is $\\pi$, and $y_1$ too.");
  EXPECT_EQ(TextOf("<nav><math><mi>x</mi></math></nav><p>a<math><mi>b"), "ab");
  EXPECT_EQ(TextOf("<p>a <math><math><mi>b</mi></math><mi>c</mi></math> d</p>"), "a bc d");
}

TEST(HtmlText, ManyButtonsInDeepPagesTakeNoTime) {
  std::string page;
  for (int i = 0; i < 50000; ++i) absl::StrAppend(&page, "<div>");
  for (int i = 0; i < 50000; ++i) absl::StrAppend(&page, "<button>a</button>");
  EXPECT_THAT(HtmlText(page), IsOk());
}

TEST(HtmlFragmentText, SurroundingsAreLines) {
  EXPECT_THAT(HtmlFragmentText("a<footer>b</footer>c"), IsOkAndHolds("a\nb\nc"));
}

TEST(HtmlFragmentText, LeavesOutOnlyScriptsAndStyles) {
  EXPECT_THAT(HtmlFragmentText("<nav>a</nav><script>b</script><li><a>c</a>"), IsOkAndHolds("a\nc"));
  EXPECT_THAT(HtmlFragmentText("&amp;"), IsOkAndHolds("&"));
}

TEST(HtmlText, NumbersOfItemsAreThoseThatBrowsersShow) {
  EXPECT_EQ(TextOf("<ol><li>one<li><p>two</p><ul><li>plain</ul><li value=7>seven<li>eight</ol>"
                   "<ol start=3 type=a><li>c<ol type=I><li>I</ol></ol>"),
            "1. one\n2. two\nplain\n7. seven\n8. eight\n\nc. c\nI. I");
  // Those that the page spells, that it hides, or that count down.
  EXPECT_EQ(TextOf("<ol class=ltx_enumerate><li><span class='ltx_tag ltx_tag_item'>(i)</span>"
                   "<div><p>one</p></div></li></ol><ol style='list-style: none'><li>two</ol>"
                   "<ol reversed><li>three</ol><ol><li style='list-style-type:none'>four</ol>"),
            "(i) one\n\ntwo\n\nthree\n\nfour");
  // An item without text, and links alone.
  EXPECT_EQ(TextOf("<p>a</p><ol><li><img src=x><li><a href=/>Home</a><li>b</ol>"), "a\n\n3. b");
}

TEST(HtmlText, ACellOfParagraphsIsAPartOfItsRow) {
  EXPECT_EQ(TextOf("<table><tr><td><p>Name</p></td><td><div>Age</div></td></tr>"
                   "<tr><td>Ann</td><td>\n<p>31</p>\n</td></tr></table>"),
            "Name | Age\nAnn | 31");
  // A page that is laid out with tables.
  EXPECT_EQ(TextOf("<table><tr><td>Menu</td><td><p>One.</p><p>Two.</p></td><td>x</td></tr></table>"
                   "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr>"
                   "</table>d"),
            "Menu | One.\n\nTwo.\n\nx\n\na | b\n\nc\n\nd");
  // Items that are links alone are left out there too.
  EXPECT_EQ(TextOf("<table><tr><td>a</td><td><ul><li><a href=b>b</a><li>c</ul></td></tr></table>"),
            "a\n\nc");
}

TEST(HtmlText, AnEmptyCellOfATableWithHeadersHasItsPlace) {
  EXPECT_EQ(TextOf("<table><tr><th></th><th>Low</th><th>High</th></tr>"
                   "<tr><td>A</td><td></td><td>3</td></tr><tr><td>B</td><td>1</td><td></td></tr>"
                   "</table>"),
            "| Low | High\nA | | 3\nB | 1");
  EXPECT_EQ(TextOf("<table><tr><td></td><td>Text</td><td></td><td>more</td></tr></table>"),
            "Text | more");
}

TEST(HtmlText, FractionsAndIndicesAreNoNumbers) {
  EXPECT_EQ(
      TextOf("<p>1<sup>1</sup>/<sub>2</sub> cups, 5<sup>3</sup>&frasl;<sub>4</sub>, "
             "<sup>3</sup>/<sub>4</sub>, 10<sup>6</sup>/cm<sup>3</sup>, 2<sup>3</sup>/4.</p>"),
      "1 1/2 cups, 5 3\xe2\x81\x84"
      "4, 3/4, 10^6/cm^3, 2^3/4.");
  EXPECT_EQ(TextOf("<p>101<sub>2</sub>, log<sub>10</sub>100, a<sub>n+1</sub>, CO<sub>2</sub>, "
                   "H<sub>2</sub>O, SO<sub>4</sub><sup>2-</sup>, x<sub>i</sub>.</p>"),
            "101_2, log10 100, a_(n+1), CO2, H2O, SO4^2-, xi.");
}

TEST(HtmlText, NotesInASentenceAreInBrackets) {
  EXPECT_EQ(TextOf("<p>A vector.<span class='ltx_note ltx_role_footnote'><sup class=ltx_note_mark>1"
                   "</sup><span class=ltx_note_outer><span class=ltx_note_content><sup "
                   "class=ltx_note_mark>1</sup><span class='ltx_tag ltx_tag_note'>1</span>Of locks."
                   "</span></span></span> Next<span class=sidenote>1850</span>, said "
                   "<span class=marginnote>The <i>flood</i>.</span>she.</p>"),
            "A vector. (Of locks.) Next (1850), said (The flood.) she.");
  EXPECT_EQ(TextOf("<p>a<span class=sidenote> </span>b</p><p><span class=sidenote>1850</span></p>"),
            "a b\n\n1850");
}

TEST(HtmlText, NumbersOfNotesAreLeftOutWithoutASuperscriptToo) {
  EXPECT_EQ(TextOf("<p>Gone.<a epub:type=noteref href=#n1>1</a> He<a class=footnote href=#2>12</a> "
                   "<a role=doc-noteref href=#3>the note</a> 3.4<sup><a href=#t>a</a></sup> or "
                   "b<sup><a href=#u>iv</a></sup>.</p>"
                   "<p><a class=footnote href=#r>1</a> Its text. "
                   "<a class=footnote-back href=#s>back</a></p>"),
            "Gone. He the note 3.4 or b.\n\n1 Its text.");
}

TEST(HtmlText, NumbersOfPagesAndLinesAreLeftOut) {
  EXPECT_EQ(TextOf("<p>the keep<span class=star-pagination>*116</span>er was <a class='page-label' "
                   "href=#p>*117</a>here</p>"),
            "the keeper was here");
  EXPECT_EQ(
      TextOf(
          "<table><tr><td class=linenos><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr>"
          "</table><pre><span class=ln>1</span>def f</pre><p>Ann <span class=ln>Lock</span></p>"),
      "a\nb\n\ndef f\n\nAnn Lock");
}

TEST(HtmlText, FormulasOfScriptsAndPicturesAreTex) {
  EXPECT_EQ(TextOf("<p>Let <span class=MathJax_Preview>[x]</span><script type='math/tex'>x^2 < "
                   "y</script> and <script type='math/tex; "
                   "mode=display'>% <![CDATA[\nz=1 %]]></script><span id='MathJax-Element-1-Frame'>"
                   "x2</span><script>no</script>.</p>"),
            "Let $x^2 < y$ and $$z=1$$.");
  EXPECT_EQ(TextOf("<p>Let <img class=latex alt='e^{i}' src=x> be <img src='/latex.php?x' "
                   "alt='$y$'>, <img alt='A dog' src=y>.</p>"),
            "Let $e^{i}$ be $y$, .");
  // Wikipedia has the same formula twice, and hides the first.
  EXPECT_EQ(TextOf("<p>Area <span><span style='display: none;'><math alttext='{\\displaystyle a}'>"
                   "<mi>a</mi></math></span><img class='mwe-math-fallback-image-inline' "
                   "alt='{\\displaystyle a}'></span>, <img class=tex alt=a>.</p>"),
            "Area $a$, $a$.");
}

TEST(HtmlText, WhatAStyleHidesIsNoText) {
  EXPECT_EQ(TextOf("<p>Born 4 May 1850<span style='display:none'>(1850-05-04)</span>.</p>"
                   "<div style='display:none'>Shown by a click.</div>"),
            "Born 4 May 1850.\n\nShown by a click.");
}

TEST(HtmlText, APictureOfAnInitialIsALetter) {
  EXPECT_EQ(TextOf("<p><img alt='A' src=a>t noon</p><p><img alt='\xe2\x80\x9cT' src=t>he</p>"
                   "<p><img alt='X' src=close> Close</p><p>B<img alt='C' src=c>d</p>"
                   "<p><img alt='A' src=a></p><p>t</p>"),
            "At noon\n\n\xe2\x80\x9cThe\n\nClose\n\nBd\n\nt");
}

TEST(HtmlText, PartsThatAStyleSetsApartAreApart) {
  EXPECT_EQ(TextOf("<ul><li><span class='ltx_tag ltx_tag_bibitem'>Smith (2019)</span><span "
                   "class=ltx_bibblock>J. Smith.</span><span class=ltx_bibblock>Locks.</span></li>"
                   "<li><span class=label>1.</span><cite>Jones.</cite></ul>"),
            "Smith (2019) J. Smith. Locks.\n1. Jones.");
}

}  // namespace
}  // namespace quipu::pipelines
