#include "core/text/normalizer.h"

#include "core/error.h"
#include "core/text/utf8.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>

#include <algorithm>

namespace sinkscope {
namespace {

const icu::Normalizer2& normalizer(NormalForm form) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = form == NormalForm::nfc    ? icu::Normalizer2::getNFCInstance(status)
                                  : form == NormalForm::nfd  ? icu::Normalizer2::getNFDInstance(status)
                                  : form == NormalForm::nfkc ? icu::Normalizer2::getNFKCInstance(status)
                                                             : icu::Normalizer2::getNFKDInstance(status);
  if (U_FAILURE(status)) throw Error(std::string("Text can't be normalized: ") + u_errorName(status) + ".");
  return *found;
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

NormalText::NormalText(std::string_view original, NormalForm form) {
  if (form == NormalForm::none || isAscii(original)) {
    text_ = original;
    return;
  }
  text_.reserve(original.size());
  for (std::size_t at = 0; at < original.size();) {
    const Utf8Run run = utf8RunAt(original, at);
    const std::string_view part = original.substr(at, run.end - at);
    if (run.valid) {
      append(part, at, form);
    } else {
      text_ += part;
    }
    at = run.end;
  }
}

void NormalText::append(std::string_view valid, std::size_t offset, NormalForm form) {
  const std::size_t begin = text_.size();
  icu::Edits edits;
  icu::StringByteSink<std::string> sink(&text_);
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece piece(valid.data(), static_cast<std::int32_t>(valid.size()));
  normalizer(form).normalizeUTF8(0, piece, sink, &edits, status);
  if (U_FAILURE(status)) throw Error(std::string("Text can't be normalized: ") + u_errorName(status) + ".");
  for (auto edit = edits.getFineChangesIterator(); edit.next(status);) {
    const auto to = begin + static_cast<std::size_t>(edit.destinationIndex());
    const auto from = offset + static_cast<std::size_t>(edit.sourceIndex());
    changes_.push_back(
        {to, to + static_cast<std::size_t>(edit.newLength()), from, from + static_cast<std::size_t>(edit.oldLength())});
  }
}

std::size_t NormalText::originOf(std::size_t end) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), end,
                                      [](std::size_t place, const Change& change) { return place < change.end; });
  if (after != changes_.end() && end > after->begin) {
    return std::min(after->originalBegin + (end - after->begin), after->originalEnd);
  }
  return after == changes_.begin() ? end : end - (after - 1)->end + (after - 1)->originalEnd;
}

}  // namespace sinkscope
