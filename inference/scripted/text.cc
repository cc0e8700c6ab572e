// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/scripted/text.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/exact_math.h"
#include "base/rng.h"
#include "base/utf8.h"

namespace quipu::inference {
namespace {

constexpr size_t kMinSentenceWords = 6;
constexpr size_t kMinContentLetters = 4;

using Words = std::vector<std::string>;

enum class Fault { kNone, kEmpty, kMentionsText, kRefusal, kEqual, kDuplicate, kCut, kUngrounded };

Fault DrawFault(Rng* rng) {
  double rest = rng->Uniform();
  for (const auto& [share, fault] :
       {std::pair(kScriptedEmpty, Fault::kEmpty),
        std::pair(kScriptedMentionsText, Fault::kMentionsText),
        std::pair(kScriptedRefusal, Fault::kRefusal), std::pair(kScriptedEqual, Fault::kEqual),
        std::pair(kScriptedDuplicate, Fault::kDuplicate), std::pair(kScriptedCut, Fault::kCut),
        std::pair(kScriptedUngrounded, Fault::kUngrounded)}) {
    if (rest < share) return fault;
    rest -= share;
  }
  return Fault::kNone;
}

constexpr absl::string_view kCjkStops[] = {"。", "！", "？"};

// Chinese and Japanese write no spaces: a run of their signs is cut after a stop, and after this
// many signs.
constexpr int kSignsOfWord = 8;

void AppendSigns(absl::string_view run, Words* words) {
  int signs = 0;
  size_t begin = 0;
  for (size_t i = 0; i < run.size();) {
    const size_t at = i;
    NextCodePoint(run, &i);
    const absl::string_view sign = run.substr(at, i - at);
    const bool stop =
        std::find(std::begin(kCjkStops), std::end(kCjkStops), sign) != std::end(kCjkStops);
    if (++signs < kSignsOfWord && !stop && i < run.size()) continue;
    words->push_back(std::string(run.substr(begin, i - begin)));
    begin = i;
    signs = 0;
  }
}

bool HasCjk(absl::string_view run) {
  for (size_t i = 0; i < run.size();) {
    const uint32_t c = NextCodePoint(run, &i);
    if (c >= 0x3000 && c <= 0x9fff) return true;
  }
  return false;
}

Words SplitWords(absl::string_view text) {
  Words words;
  for (const absl::string_view run :
       absl::StrSplit(text, absl::ByAnyChar(" \t\r\n\f\v"), absl::SkipEmpty())) {
    if (HasCjk(run)) {
      AppendSigns(run, &words);
    } else {
      words.push_back(std::string(run));
    }
  }
  return words;
}

// The word in lower case, without surrounding ASCII punctuation.
std::string Bare(absl::string_view word) {
  while (!word.empty() && absl::ascii_ispunct(word.front())) word.remove_prefix(1);
  while (!word.empty() && absl::ascii_ispunct(word.back())) word.remove_suffix(1);
  return absl::AsciiStrToLower(word);
}

// Words of at least kMinContentLetters ASCII letters and nothing else.
Words ContentWords(const Words& sentence) {
  Words content;
  for (const std::string& word : sentence) {
    std::string bare = Bare(word);
    if (bare.size() >= kMinContentLetters &&
        std::all_of(bare.begin(), bare.end(), [](char c) { return absl::ascii_isalpha(c); })) {
      content.push_back(std::move(bare));
    }
  }
  return content;
}

bool EndsSentence(absl::string_view word) {
  for (const absl::string_view stop : kCjkStops) {
    if (absl::EndsWith(word, stop)) return true;
  }
  while (!word.empty() && (word.back() == ')' || word.back() == '"' || word.back() == '\'')) {
    word.remove_suffix(1);
  }
  return !word.empty() && (word.back() == '.' || word.back() == '!' || word.back() == '?');
}

const Words& NoSentence() {
  static const Words& words = *new Words(
      {"There", "is", "nothing", "here", "that", "could", "be", "asked", "about", "at", "all."});
  return words;
}

const Words& SentenceAt(const ScriptedSource& source, size_t index) {
  if (source.sentences().empty()) return NoSentence();
  return source.sentences()[index % source.sentences().size()];
}

// Asks with the beginning of a sentence, in whatever language that is.
std::string QuestionInItsWords(const Words& sentence, uint64_t drawn) {
  constexpr size_t kLeast = 4, kMore = 5;
  const size_t count = std::min(sentence.size(), kLeast + drawn % kMore);
  std::string question = absl::StrJoin(sentence.begin(), sentence.begin() + count, " ");
  while (!question.empty() && absl::ascii_ispunct(question.back())) question.pop_back();
  return absl::StrCat(question, "?");
}

// One word is quoted, so that the question names something.
std::string Question(const Words& sentence, uint64_t drawn) {
  Words content = ContentWords(sentence);
  while (content.size() < 3) content.push_back("matter");
  const size_t first = drawn % (content.size() - 2);
  const std::string a = absl::StrCat("\"", content[first], "\"");
  const std::string& b = content[first + 1];
  const std::string& c = content[first + 2];
  switch (drawn / 64 % 4) {
    case 0:
      return absl::StrCat("What is known of ", a, ", ", b, " and ", c, "?");
    case 1:
      return absl::StrCat("How is ", a, " related to ", b, " and ", c, "?");
    case 2:
      return absl::StrCat("Which facts connect ", a, " with ", b, "?");
    default:
      return absl::StrCat("Why does ", a, " matter for ", b, " and ", c, "?");
  }
}

// The word with this mark at its end, in place of other punctuation.
std::string WithMark(absl::string_view word, char mark) {
  while (word.size() > 1 && absl::ascii_ispunct(word.back())) word.remove_suffix(1);
  return absl::StrCat(word, absl::string_view(&mark, 1));
}

// Fits text into a free part as sampling would have.
class Filler {
 public:
  Filler(const Slot& part, absl::string_view before, const Tokenizer& tokenizer)
      : part_(part),
        tokenizer_(tokenizer),
        // A part that follows a word continues on the same line.
        space_first_(!before.empty() && absl::ascii_isalnum(before.back())) {
    end_tokens_ = part.text.empty() ? 1 : Count(part.text);
  }

  // `more` is appended, over and over, while the words are too few.
  CompletedPart Fill(Words words, const Words& more, bool cut) const {
    const int most = std::max(1, part_.max_tokens - (cut ? 0 : end_tokens_));
    // If even that is too few, the part's end removes them all.
    const size_t bound = 2 * static_cast<size_t>(part_.max_tokens);
    for (size_t i = 0; i < bound && cut && Count(Text(words)) <= most; ++i) {
      words.push_back(more[i % more.size()]);
    }
    for (size_t i = 0; i < bound && Count(Text(words)) < part_.min_tokens; ++i) {
      words.push_back(more[i % more.size()]);
    }
    const Words longest = words;
    const char mark = words.empty() || words.back().empty() ? '.' : words.back().back();
    while (words.size() > 1 && Count(Text(words)) > most) {
      words.pop_back();
      // A shortened sentence or question still ends as one.
      if (mark == '.' || mark == '?') words.back() = WithMark(words.back(), mark);
    }
    if (Count(Text(words)) < part_.min_tokens) {  // No whole word fits between the two.
      words = longest;
      cut = true;
    }

    CompletedPart done;
    done.name = part_.name;
    done.text = Text(words);
    done.num_tokens = Count(done.text) + end_tokens_;
    done.end = CompletedPart::End::kText;
    if (cut || done.num_tokens > part_.max_tokens) {
      done.end = CompletedPart::End::kMaxTokens;
      std::vector<TokenId> ids = tokenizer_.Encode(done.text, false);
      ids.resize(std::min<size_t>(ids.size(), part_.max_tokens));
      done.text = RepairUtf8(TrimIncompleteUtf8(tokenizer_.Decode(ids, false)));
      done.num_tokens = part_.max_tokens;
    }
    return done;
  }

 private:
  int Count(absl::string_view text) const {
    return static_cast<int>(tokenizer_.Encode(text, false).size());
  }

  // The words on one line, without the part's own end.
  std::string Text(const Words& words) const {
    std::string text = absl::StrJoin(words, " ");
    if (space_first_ && !text.empty()) text.insert(0, " ");
    if (part_.text.empty()) return text;
    for (size_t at = text.find(part_.text); at != std::string::npos; at = text.find(part_.text)) {
      text.erase(at, part_.text.size());
    }
    return text;
  }

  const Slot& part_;
  const Tokenizer& tokenizer_;
  const bool space_first_;
  int end_tokens_ = 1;
};

// Leaves out every fifth word, so that no run is long enough to count as copied.
Words InOwnWords(const Words& words) {
  Words own;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i % 5 != 4 || i + 1 == words.size()) own.push_back(words[i]);
  }
  return own;
}

Words AnswerWords(const ScriptedSource& source, size_t sentence, Fault fault,
                  const std::string& question, Rng* rng) {
  switch (fault) {
    case Fault::kEmpty:
      return {};
    case Fault::kRefusal:
      return SplitWords("I'm sorry, but I cannot answer this question.");
    case Fault::kEqual:
      if (!question.empty()) return SplitWords(question);
      break;
    case Fault::kUngrounded:
      return SplitWords(
          "Zebras and quasars juggle purple umbrellas above Reykjavik every "
          "Tuesday.");
    default:
      break;
  }
  Words words = SentenceAt(source, sentence);
  if (rng->Below(2) == 0) {
    const Words& next = SentenceAt(source, sentence + 1);
    words.insert(words.end(), next.begin(), next.end());
  }
  words = InOwnWords(words);
  if (fault == Fault::kMentionsText) {
    const Words begin = SplitWords("The text says:");
    words.insert(words.begin(), begin.begin(), begin.end());
  }
  return words;
}

// Three sentences, each in its own words: a summary needs more than one.
Words SummaryWords(const ScriptedSource& source, size_t sentence) {
  Words words;
  for (size_t i = 0; i < 3; ++i) {
    const Words own = InOwnWords(SentenceAt(source, sentence + i));
    words.insert(words.end(), own.begin(), own.end());
  }
  return words;
}

double Overlap(const ScriptedSource& source, absl::string_view text) {
  const Words words = SplitWords(text);
  if (words.empty()) return 0;
  int found = 0;
  for (const std::string& word : words) found += source.Has(word) ? 1 : 0;
  return static_cast<double>(found) / static_cast<double>(words.size());
}

// Likelier the more of its words are in the source.
ContinuationScore TextScore(const ScriptedSource& source, absl::string_view text,
                            const Tokenizer& tokenizer, Rng* rng) {
  ContinuationScore score;
  score.num_tokens = std::max(1, static_cast<int>(tokenizer.Encode(text, false).size()));
  const double each = 2.6 - 2.4 * Overlap(source, text) + 0.4 * rng->Uniform();
  score.log_prob = -each * score.num_tokens;
  score.min_log_prob = -each * (1.5 + rng->Uniform());
  score.greedy_tokens = static_cast<int>(rng->Below(score.num_tokens + 1));
  return score;
}

// log p and log(1 - p), where log(p / (1 - p)) is the margin; further words share
// slightly less.
double ChoiceLogProb(double margin, size_t index) {
  const double x = index == 0 ? margin : -margin - static_cast<double>(index - 1);
  return -ExactLog(1.0 + ExactExp(-x));
}

}  // namespace

ScriptedSource::ScriptedSource(absl::string_view text) : key_(FingerprintOf(text)) {
  for (const absl::string_view paragraph : absl::StrSplit(text, "\n\n")) {
    Words sentence;
    const Words words = SplitWords(paragraph);
    for (size_t i = 0; i < words.size(); ++i) {
      words_.insert(Bare(words[i]));
      sentence.push_back(words[i]);
      if (!EndsSentence(words[i]) && i + 1 < words.size()) continue;
      if (sentence.size() >= kMinSentenceWords) sentences_.push_back(sentence);
      sentence.clear();
    }
  }
}

bool ScriptedSource::Has(absl::string_view word) const { return words_.count(Bare(word)) > 0; }

Completion ScriptedCompletion(const ScriptedSource& source, const CompleteRequest& request,
                              const Tokenizer& tokenizer) {
  FingerprintBuilder key("scripted completion");
  key.Add(source.key()).Add(request.user_rest).Add(request.seed);
  for (const Slot& part : request.reply_template) {
    key.Add(static_cast<uint64_t>(part.kind)).Add(part.text).Add(part.name);
    key.Add(static_cast<uint64_t>(part.min_tokens)).Add(static_cast<uint64_t>(part.max_tokens));
  }
  Rng rng(key.Build(), "scripted");

  Completion completion;
  std::string before;
  std::string question;
  size_t sentence = 0;
  Fault fault = Fault::kNone;
  for (size_t i = 0; i < request.reply_template.size(); ++i) {
    const Slot& part = request.reply_template[i];
    if (part.kind == Slot::Kind::kLiteral) {
      before = part.text;
      continue;
    }
    const bool asks = part.name == "question" ||
                      (completion.parts.size() % 2 == 0 && i + 1 < request.reply_template.size());
    if (asks || question.empty()) {
      fault = DrawFault(&rng);
      sentence = fault == Fault::kDuplicate ? 0 : rng.Below(1 << 20);
    }
    const Words& more = SentenceAt(source, sentence);
    const Filler filler(part, before, tokenizer);
    if (asks) {
      const uint64_t drawn = fault == Fault::kDuplicate ? 0 : rng.Below(1 << 20);
      // English prompts and nearly all English texts have this word.
      question = source.Has("the") ? Question(more, drawn) : QuestionInItsWords(more, drawn);
      completion.parts.push_back(filler.Fill(SplitWords(question), more, /*cut=*/false));
    } else {
      const Words words = part.name == "summary" && fault == Fault::kNone
                              ? SummaryWords(source, sentence)
                              : AnswerWords(source, sentence, fault, question, &rng);
      completion.parts.push_back(filler.Fill(words, more, fault == Fault::kCut));
      question.clear();
    }
    CompletedPart& done = completion.parts.back();
    done.log_prob = -(0.2 + rng.Uniform()) * done.num_tokens;
  }
  return completion;
}

ScoreResult ScriptedScores(const ScriptedSource& source, const ScoreRequest& request,
                           const Tokenizer& tokenizer) {
  Rng rng(FingerprintBuilder("scripted score")
              .Add(source.key())
              .Add(request.user_rest)
              .Add(request.assistant_begin)
              .Build(),
          "scripted");
  const bool choice =
      request.continuations.size() > 1 &&
      std::all_of(request.continuations.begin(), request.continuations.end(),
                  [](const std::string& text) { return SplitWords(text).size() <= 2; });
  const bool negative = rng.Uniform() < kScriptedNegative;
  const double margin = negative ? -3.0 * rng.Uniform() : 0.3 + 4.0 * rng.Uniform();

  ScoreResult result;
  for (size_t i = 0; i < request.continuations.size(); ++i) {
    const std::string& text = request.continuations[i];
    ContinuationScore score;
    score.num_tokens = std::max(1, static_cast<int>(tokenizer.Encode(text, false).size()));
    if (choice) {
      score.log_prob = ChoiceLogProb(margin, i);
    } else {
      score = TextScore(source, text, tokenizer, &rng);
    }
    result.continuations.push_back(score);
  }
  if (request.span_end > 0) {
    const absl::string_view span =
        absl::string_view(request.user_rest)
            .substr(request.span_begin, request.span_end - request.span_begin);
    result.span = TextScore(source, span, tokenizer, &rng);
  }
  return result;
}

}  // namespace quipu::inference
