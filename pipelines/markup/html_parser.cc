// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_parser.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {
namespace {

// A step is a look at one open element, of which a misplaced tag takes one for each, or at sixteen
// attributes, of which each takes one for each before it. A page may take this many more than it has
// bytes: nobody's nesting is deep and broken everywhere.
constexpr uint64_t kFreeSteps = 1000000;
constexpr uint64_t kAttributesPerStep = 16;
// Room for attributes that no tag needs, in libxml2's units: a name or a value. A quote that is not
// closed makes attributes of a few hundred words.
constexpr int kMaxAttributeRoom = 5000;

class Parser {
 public:
  Parser(absl::string_view html, HtmlEvents* events)
      : rest_(html), max_steps_(kFreeSteps + html.size()), events_(events) {
    handler_.startElement = OnStart;
    handler_.endElement = OnEnd;
    handler_.characters = OnText;
    handler_.ignorableWhitespace = OnText;
    handler_.warning = OnWarning;
    handler_.error = OnError;
    handler_.fatalError = OnError;
  }

  absl::Status Run() {
    const std::unique_ptr<htmlParserCtxt, void (*)(htmlParserCtxtPtr)> context(htmlNewParserCtxt(),
                                                                               htmlFreeParserCtxt);
    if (context == nullptr) return NoMemory();
    context_ = context.get();
    const htmlSAXHandlerPtr own = context->sax;
    context->sax = &handler_;
    context->userData = this;
    const bool opened = OpenInput();
    if (opened) htmlParseDocument(context_);
    context->sax = own;
    return opened ? Result() : NoMemory();
  }

 private:
  static absl::Status NoMemory() {
    return absl::ResourceExhaustedError("out of memory while HTML was parsed");
  }

  // The parser reads in pieces, so that it can be stopped within a tag.
  bool OpenInput() {
    htmlCtxtUseOptions(context_, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    xmlParserInputBufferPtr buffer =
        xmlParserInputBufferCreateIO(Read, /*ioclose=*/nullptr, this, XML_CHAR_ENCODING_NONE);
    if (buffer == nullptr) return false;
    // Owns the buffer, also if it is not made.
    xmlParserInputPtr input = xmlNewIOInputStream(context_, buffer, XML_CHAR_ENCODING_NONE);
    if (input == nullptr || inputPush(context_, input) < 0) return false;
    xmlSwitchEncoding(context_, XML_CHAR_ENCODING_UTF8);
    return true;
  }

  absl::Status Result() const {
    if (stopped_ != nullptr) return absl::InvalidArgumentError(stopped_);
    const xmlParserInput* const input = context_->input;
    const size_t left = rest_.size() + (input == nullptr ? 0 : input->end - input->cur);
    if (left == 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("the parser of HTML stops ", left, " bytes before the end of the page"));
  }

  // Called in the middle of a tag, too: nothing more to read ends it.
  static int Read(void* self, char* buffer, int size) {
    auto* parser = static_cast<Parser*>(self);
    if (parser->context_->maxatts > kMaxAttributeRoom) {
      parser->stopped_ = "a tag with thousands of attributes";
    }
    if (parser->stopped_ != nullptr) return 0;
    const size_t count = std::min<size_t>(parser->rest_.size(), static_cast<size_t>(size));
    // libxml2 would end the page at a NUL within a tag.
    std::replace_copy(parser->rest_.begin(), parser->rest_.begin() + count, buffer, '\0', ' ');
    parser->rest_.remove_prefix(count);
    return static_cast<int>(count);
  }

  static void OnStart(void* self, const xmlChar* name, const xmlChar** attributes) {
    auto* parser = static_cast<Parser*>(self);
    if (attributes != nullptr) {
      uint64_t count = 0;
      while (attributes[2 * count] != nullptr) ++count;
      parser->Take(count * count / 2 / kAttributesPerStep);
    }
    parser->events_->Start(reinterpret_cast<const char*>(name),
                           reinterpret_cast<const char* const*>(attributes));
  }

  static void OnEnd(void* self, const xmlChar* name) {
    static_cast<Parser*>(self)->events_->End(reinterpret_cast<const char*>(name));
  }

  static void OnText(void* self, const xmlChar* text, int length) {
    static_cast<Parser*>(self)->events_->Text(
        absl::string_view(reinterpret_cast<const char*>(text), static_cast<size_t>(length)));
  }

  static void OnWarning(void*, const char*, ...) {}

  // Most pages have errors, and are shown.
  static void OnError(void* self, const char*, ...) {
    auto* parser = static_cast<Parser*>(self);
    const htmlParserCtxt& context = *parser->context_;
    switch (context.errNo) {
      case XML_ERR_TAG_NAME_MISMATCH:
      case XML_HTML_STRUCURE_ERROR:  // libxml2's spelling.
        parser->Take(static_cast<uint64_t>(context.nameNr));
        break;
      case XML_ERR_ATTRIBUTE_REDEFINED:
        parser->Take(static_cast<uint64_t>(context.maxatts) / 2 / kAttributesPerStep);
        break;
      default:
        break;
    }
  }

  void Take(uint64_t steps) {
    steps_ += steps;
    if (steps_ <= max_steps_ || stopped_ != nullptr) return;
    stopped_ = "too many misplaced tags in too many open elements, or too many attributes";
    xmlStopParser(context_);
  }

  absl::string_view rest_;  // What the parser has not read.
  const uint64_t max_steps_;
  HtmlEvents* const events_;
  htmlSAXHandler handler_ = {};
  htmlParserCtxtPtr context_ = nullptr;
  uint64_t steps_ = 0;
  const char* stopped_ = nullptr;  // Why it was.
};

}  // namespace

absl::Status ParseHtml(absl::string_view html, HtmlEvents* events) {
  return Parser(html, events).Run();
}

}  // namespace quipu::pipelines
