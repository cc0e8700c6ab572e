// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every language and every kind of document gives as many chunks as it should.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "generator/chunks/chunker.h"
#include "generator/chunks/document_tokens.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"

namespace quipu::generator {
namespace {

v1::ChunkSpec SmallChunks() {
  v1::ChunkSpec spec;
  spec.set_min_tokens(200);
  spec.set_max_tokens(500);
  spec.set_tokens_per_chunk(1600);
  return spec;
}

// The chunks of a document; fails unless there are as many as the spec wants.
std::vector<std::string> AllChunks(const std::string& text, const std::string& name) {
  const auto tokenizer = inference::CreateByteTokenizer();
  const v1::ChunkSpec spec = SmallChunks();
  const std::vector<uint32_t> begins = DocumentTokenizer(*tokenizer)(text).begins;
  const Chunks picked = PickChunks(text, begins, spec, *tokenizer, FingerprintOf(name));
  EXPECT_EQ(picked.chunks.size(),
            std::min<size_t>(spec.max_per_document(), (begins.size() + 1599) / 1600))
      << name;
  EXPECT_EQ(picked.no_chunk, v1::NO_CHUNK_REASON_UNSPECIFIED) << name;
  std::vector<std::string> chunks;
  for (const Chunk& chunk : picked.chunks) {
    chunks.push_back(text.substr(chunk.begin, chunk.end - chunk.begin));
  }
  return chunks;
}

struct Language {
  const char* name;
  const char* sentences;  // With what follows each, a space or nothing.
  const char* stops;      // Ends of a good chunk; empty where there are no full stops.
};

constexpr Language kLanguages[] = {
    {"English", "The keeper opens the gate in spring. The water is deep here. ", "."},
    {"German", "Der Wärter öffnet im Frühling das Tor. Das Wasser ist hier tief. ", "."},
    {"French", "Le gardien ouvre la porte au printemps. L’eau est profonde ici. ", "."},
    {"Spanish", "El guardián abre la puerta en primavera. ¿Es profunda el agua? ", ".?"},
    {"Portuguese", "O guarda abre o portão na primavera. A água é funda aqui. ", "."},
    {"Italian", "Il custode apre la porta in primavera. L'acqua è profonda qui. ", "."},
    {"Dutch", "De wachter opent de poort in het voorjaar. Het water is hier diep. ", "."},
    {"Polish", "Strażnik otwiera bramę na wiosnę. Woda jest tutaj głęboka. ", "."},
    {"Czech", "Strážce otevírá bránu na jaře. Voda je tady hluboká. ", "."},
    {"Romanian", "Paznicul deschide poarta primăvara. Apa este adâncă aici. ", "."},
    {"Turkish", "Bekçi ilkbaharda kapıyı açar. Su burada çok derindir. ", "."},
    {"Vietnamese", "Người gác mở cổng vào mùa xuân. Nước ở đây rất sâu. ", "."},
    {"Indonesian", "Penjaga membuka gerbang pada musim semi. Air di sini dalam. ", "."},
    {"Finnish", "Vartija avaa portin keväällä. Vesi on täällä syvää. ", "."},
    {"Hungarian", "Az őr tavasszal kinyitja a kaput. A víz itt nagyon mély. ", "."},
    {"Russian", "Сторож открывает ворота весной. Вода здесь глубокая. ", "."},
    {"Ukrainian", "Сторож відчиняє браму навесні. Вода тут глибока. ", "."},
    {"Greek", "Ο φύλακας ανοίγει την πύλη την άνοιξη. Το νερό είναι βαθύ εδώ. ", "."},
    {"Armenian", "Պահակը գարնանը բացում է դարպասը։ Ջուրն այստեղ խորն է։ ", "։"},
    {"Hebrew", "השומר פותח את השער באביב. המים כאן עמוקים מאוד. ", "."},
    {"Arabic", "يفتح الحارس البوابة في الربيع. هل الماء هنا عميق؟ ", ".؟"},
    {"Urdu", "چوکیدار بہار میں دروازہ کھولتا ہے۔ یہاں پانی گہرا ہے۔ ", "۔"},
    {"Hindi", "चौकीदार वसंत में द्वार खोलता है। यहाँ पानी गहरा है। ", "।"},
    {"Bengali", "প্রহরী বসন্তে ফটক খোলে। এখানে জল গভীর। ", "।"},
    {"Amharic", "ጠባቂው በጸደይ በሩን ይከፍታል። ውኃው እዚህ ጥልቅ ነው። ", "።"},
    {"Chinese", "看守在春天打开闸门。这里的水很深！", "。！"},
    {"Japanese", "番人は春に門を開けます。ここの水は深いです。", "。"},
    {"Japanese with wide stops", "番人は春に門を開けます．ここの水は深いです．", "．"},
    {"Korean", "문지기는 봄에 문을 엽니다. 이곳의 물은 깊습니다. ", "."},
    {"Burmese", "စောင့်ရှောက်သူသည် နွေဦးတွင် တံခါးကို ဖွင့်သည်။ ရေသည် နက်သည်။ ", "။"},
    {"Khmer", "អ្នកថែទាំបើកទ្វារនៅរដូវផ្ការីក។ ទឹកនៅទីនេះជ្រៅ។ ", "។"},
    {"Tibetan", "སྒོ་སྲུང་གིས་དཔྱིད་ཀར་སྒོ་འབྱེད། ཆུ་འདི་གཏིང་ཟབ་པོ་རེད། ", "།"},
    {"Thai", "ผู้ดูแลเปิดประตูในฤดูใบไม้ผลิ น้ำที่นี่ลึกมาก ", ""},
    {"Lao", "ຜູ້ດູແລເປີດປະຕູໃນລະດູໃບໄມ້ປົ່ງ ນ້ຳຢູ່ທີ່ນີ້ເລິກຫຼາຍ ", ""},
};

bool EndsWithOneOf(absl::string_view text, absl::string_view stops) {
  for (size_t i = 0; i < stops.size();) {
    size_t end = i + 1;
    while (end < stops.size() && (static_cast<unsigned char>(stops[end]) & 0xC0) == 0x80) ++end;
    const absl::string_view stop = stops.substr(i, end - i);
    if (text.size() >= stop.size() && text.substr(text.size() - stop.size()) == stop) return true;
    i = end;
  }
  return stops.empty();
}

TEST(ChunkerKinds, EveryLanguageInParagraphsAndOnOneLine) {
  for (const Language& language : kLanguages) {
    for (const char* between : {"\n\n", "\n", ""}) {
      std::string text;
      for (int i = 0; i < 40; ++i) {
        text += language.sentences;
        if (i % 4 == 3) text += between;
      }
      const std::vector<std::string> chunks =
          AllChunks(text, absl::StrCat(language.name, " ", between[0] == '\n'));
      for (const std::string& chunk : chunks) {
        EXPECT_TRUE(EndsWithOneOf(chunk, language.stops)) << language.name << ": " << chunk;
      }
    }
  }
}

constexpr char kParagraph[] =
    "The old ledger shows that timber was the most important cargo until the railway came. Water "
    "from the upper lake reaches the mill through a culvert. Every spring the keeper opens the "
    "second gate first.";

// Twelve paragraphs, each between `before` and `after`.
std::string Document(const std::string& before, const std::string& after) {
  std::string text;
  for (int i = 1; i <= 12; ++i) {
    const size_t at = before.find('#');
    absl::StrAppend(&text, before.substr(0, at), at == std::string::npos ? "" : absl::StrCat(i),
                    at == std::string::npos ? "" : before.substr(at + 1), kParagraph, after);
  }
  return text;
}

TEST(ChunkerKinds, ProseWhateverIsAroundIt) {
  for (const auto& [before, after] :
       std::vector<std::pair<std::string, std::string>>{{"", "\n\n"},
                                                        {"[00#] ", "\n\n"},
                                                        {"#. ", "\n"},
                                                        {"(#) ", "\n"},
                                                        {"\u00a7 # ", "\n\n"},
                                                        {"- ", "\n"},
                                                        {"> ", "\n\n"},
                                                        {"<p>", "</p>\n"},
                                                        {"\\section{Part #}\n", "\n\n"},
                                                        {"## Part #\n", "\n\n"},
                                                        {"\"", "\"\n\n"},
                                                        {"", " https://example.com/a\n\n"},
                                                        {"", "\u200b\n\n"},
                                                        {"", "[12]\n\n"},
                                                        {"", " {vocalsound}\n"},
                                                        {"Speaker #: ", "\n"},
                                                        {"", " <P> "}}) {
    AllChunks(Document(before, after), absl::StrCat(before, "...", after));
  }
}

TEST(ChunkerKinds, ProseWithoutCapitals) {
  std::string text = Document("", "\n\n");
  for (char& c : text) c = absl::ascii_tolower(static_cast<unsigned char>(c));
  for (const std::string& chunk : AllChunks(text, "lower")) EXPECT_EQ(chunk.back(), '.');
}

TEST(ChunkerKinds, SpeechWithoutPunctuation) {
  std::string line;
  std::string lines;
  std::string captions;
  for (int i = 1; i <= 150; ++i) {
    absl::StrAppend(&line, "so what we do is look at the harbour ");
    absl::StrAppend(&lines, "so what we do is look\nat the harbour and the lock\n");
    // No two captions are the same.
    const std::string word = {static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26)};
    absl::StrAppend(&captions, i, "\n00:", i, ":00,000 --> 00:", i, ":04,000\nso what we ", word,
                    " do is look at the harbour\n\n");
  }
  AllChunks(line, "one line");
  for (const std::string& chunk : AllChunks(lines, "lines")) {
    EXPECT_TRUE(chunk.substr(0, 3) == "so " || chunk.substr(0, 3) == "at ") << chunk;
  }
  for (const std::string& chunk : AllChunks(captions, "captions")) {
    EXPECT_EQ(chunk.substr(0, 3), "so ") << chunk;
    EXPECT_EQ(chunk.substr(chunk.size() - 7), "harbour") << chunk;
  }
}

TEST(ChunkerKinds, NoChunkBeginsOrEndsWithPageFurniture) {
  std::string text;
  for (int i = 1; i <= 12; ++i) {
    absl::StrAppend(&text, kParagraph, "\n\n", kParagraph, "\n\n", i, "\nSource: ACME, 10-K\n\n");
  }
  for (const std::string& chunk : AllChunks(text, "furniture")) {
    EXPECT_EQ(chunk.substr(0, 3), "The") << chunk;
    EXPECT_EQ(chunk.back(), '.') << chunk;
  }
}

TEST(ChunkerKinds, PrefersTextToReferences) {
  std::string text = Document("", "\n\n");
  const size_t references = text.size();
  for (int i = 0; i < 30; ++i) {
    absl::StrAppend(&text, "Smith, J. (19", 60 + i,
                    "). Cords and Knots of the Upper Lake and Their Use in Counting. Harbour "
                    "Press, pp. 12-19. ",
                    "ISBN 1-2345-678-9.\n\n");
  }
  const auto tokenizer = inference::CreateByteTokenizer();
  v1::ChunkSpec spec = SmallChunks();
  spec.set_max_per_document(2);
  spec.set_min_letter_share(0.5);
  const auto begins = DocumentTokenizer(*tokenizer)(text).begins;
  for (const char* key : {"a", "b", "c"}) {
    const Chunks picked = PickChunks(text, begins, spec, *tokenizer, FingerprintOf(key));
    ASSERT_EQ(picked.chunks.size(), 2u);
    for (const Chunk& chunk : picked.chunks) EXPECT_LE(chunk.begin, references);
  }
  // There is nothing else.
  const std::string only = text.substr(references);
  EXPECT_FALSE(PickChunks(only, DocumentTokenizer(*tokenizer)(only).begins, spec, *tokenizer,
                          FingerprintOf("d"))
                   .chunks.empty());
}

TEST(ChunkerKinds, SayWhyThereIsNone) {
  const auto reason_of = [](const std::string& text, double letters = 0.7) {
    const auto tokenizer = inference::CreateByteTokenizer();
    v1::ChunkSpec spec = SmallChunks();
    spec.set_min_letter_share(letters);
    const Chunks picked = PickChunks(text, DocumentTokenizer(*tokenizer)(text).begins, spec,
                                     *tokenizer, FingerprintOf(text));
    EXPECT_TRUE(picked.chunks.empty());
    return picked.no_chunk;
  };
  std::string table;
  std::string broken;
  std::string mixed;
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&table, "Harbour ", i, "    180", i, "    ", i * 7, "\n");
    absl::StrAppend(&broken, "The keeper opens the gate in the spring.\n\n----\n\n");
    absl::StrAppend(&mixed, "The keeper opens the gate in the spring.\n\n$ cat ", i,
                    ".txt > /tmp/out_", i, "/x_1.txt; ls -la /tmp/y_2\n\n");
  }
  EXPECT_EQ(reason_of(""), v1::NO_CHUNK_REASON_TOO_SHORT);
  EXPECT_EQ(reason_of(table), v1::NO_CHUNK_REASON_NOT_PROSE);
  EXPECT_EQ(reason_of(broken), v1::NO_CHUNK_REASON_INTERRUPTED);
  EXPECT_EQ(reason_of(mixed), v1::NO_CHUNK_REASON_MIXED);
  EXPECT_EQ(reason_of(Document("", "\n\n"), /*letters=*/1.0), v1::NO_CHUNK_REASON_FEW_LETTERS);
}

}  // namespace
}  // namespace quipu::generator
