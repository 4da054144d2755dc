#include "tests/text/mixed_text.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace mixed_text {
namespace {

using sinkscope::appendUtf8;

constexpr std::size_t wantedBytes = 10'000'000;

/// splitmix64: the standard library's distributions differ from one library to the next.
class Random {
 public:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  std::size_t between(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  template <typename List>
  const auto& of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::uint64_t state_ = 20250402;
};

/// Ranges in which Unicode 14 has a character at every place, or none that a later version could add.
constexpr std::pair<char32_t, char32_t> ranges[] = {
    {0x21, 0x7E},       {0xA1, 0x17F},      {0x180, 0x24F},     {0x250, 0x2AF},     {0x391, 0x3A1},
    {0x3B1, 0x3C9},     {0x400, 0x52F},     {0x561, 0x586},     {0x5D0, 0x5EA},     {0x620, 0x64A},
    {0x660, 0x6D3},     {0x905, 0x939},     {0x966, 0x96F},     {0xE01, 0xE3A},     {0xE40, 0xE5B},
    {0x10D0, 0x10FF},   {0x1100, 0x11FF},   {0x1780, 0x17B3},   {0x1E00, 0x1EFF},   {0x2010, 0x2027},
    {0x2030, 0x205E},   {0x20A0, 0x20BF},   {0x2150, 0x218B},   {0x2190, 0x23FF},   {0x2460, 0x27BF},
    {0x2900, 0x2AFF},   {0x3041, 0x3096},   {0x30A1, 0x30FF},   {0x3105, 0x312F},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFC},   {0xA000, 0xA48C},   {0xAC00, 0xD7A3},   {0xE000, 0xE0FF},   {0xF900, 0xFA6D},
    {0xFB50, 0xFBB1},   {0xFF01, 0xFFBE},   {0x10400, 0x1049D}, {0x12000, 0x12399}, {0x13000, 0x1342E},
    {0x1D400, 0x1D454}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6D7}, {0x1F900, 0x1F9FF}, {0x20000, 0x2A6DD}};

constexpr std::string_view awkward[] = {"\u00A0",
                                        "\u3000",
                                        "\u2028",
                                        "\u2029",
                                        "\u180E",
                                        "\u200B",
                                        "\u200C",
                                        "\u200D",
                                        "\uFEFF",
                                        "\u2060",
                                        "\u00AD",
                                        "\u0085",
                                        "\x0B",
                                        "\x0C",
                                        "\x1C",
                                        "\x7F",
                                        "\x01",
                                        "\u1680",
                                        "\u2003",
                                        "\u202F",
                                        "\u205F",
                                        "'\u017F",
                                        "\u212A",
                                        "\u2126",
                                        "\u2581",
                                        "\u2581\u2581",
                                        "a\u2581b",
                                        "<0x41>",
                                        "\\n",
                                        "\\u00e9",
                                        "\u0130",
                                        "\u0131",
                                        "\u1E9E",
                                        "\uFB01",
                                        "\uFFFD",
                                        "\uFFFC",
                                        "\uF8FF",
                                        "\U000F0000",
                                        "\u0958",
                                        "\u0344",
                                        "\u2ADC",
                                        "\uFB1D",
                                        "\U0001D15E",
                                        "\u0F73",
                                        "\u1100\u1161\u11A8",
                                        "\uAC00\u11A8",
                                        "q\u0307\u0323",
                                        "q\u0323\u0307",
                                        "\u1E0B\u0323",
                                        "A\u030A",
                                        "\u00C5",
                                        "e\u0301\u0301",
                                        "\u0915\u093C",
                                        "\u09C7\u09BE",
                                        "\u0B95\u0BCA",
                                        "===",
                                        "...",
                                        "!!!",
                                        "--",
                                        "((",
                                        "))",
                                        "</",
                                        "/>",
                                        "'",
                                        "\"",
                                        "`"};

constexpr std::string_view names[] = {"<s>",
                                      "</s>",
                                      "<unk>",
                                      "<bos>",
                                      "<eos>",
                                      "<pad>",
                                      "<start_of_turn>",
                                      "<|endoftext|>",
                                      "<|im_start|>",
                                      "<|im_end|>",
                                      "<|begin_of_text|>",
                                      "<|eot_id|>",
                                      "<|start|>",
                                      "<|return|>",
                                      "[INST]",
                                      "[/INST]",
                                      "[REFERENCE_DOC_0]",
                                      "<table>",
                                      "</tr>",
                                      "<tool_call>",
                                      "<think>",
                                      "[multimodal]",
                                      "<unused7>",
                                      "<mask>",
                                      "<|reserved_special_token_3|>"};

constexpr std::string_view breaks[] = {"\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", "\t\n", " \n  ", "\n\t\t", "\r"};
constexpr std::string_view spaces[] = {" ", " ", " ", "  ", "   ", "    ", "\t", " \t ", "\u00A0", "\u3000"};
constexpr std::string_view contractions[] = {"'s", "'t",  "'re", "'ve", "'m",  "'ll", "'d",  "'S",
                                             "'T", "'RE", "'VE", "'M",  "'LL", "'D",  "'Re", "'lL",
                                             "’s", "’ll", "n't", "N'T", "'x",  "''s"};
constexpr std::string_view syllables[] = {"ka",  "lo",   "mi", "tri", "ven", "sch", "ou",  "gh", "er",
                                          "ing", "tion", "qu", "z",   "ph",  "ara", "und", "ex", "pro",
                                          "ly",  "ß",    "ñ",  "ø",   "x",   "é",   "ij"};

class Writer {
 public:
  explicit Writer(const std::filesystem::path& paragraphs) {
    std::ifstream file(paragraphs);
    std::vector<std::string>* section = nullptr;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("## ")) {
        section = line == "## prose" ? &prose_ : line == "## languages" ? &languages_ : &code_;
      } else if (section) {
        section->push_back(line);
      }
    }
    if (prose_.empty() || languages_.empty() || code_.empty()) throw std::runtime_error("paragraphs.txt can't be read");
    for (const auto* lines : {&prose_, &languages_}) {
      for (const std::string& line : *lines) words_.push_back(wordsOf(line));
    }
  }

  std::string document(std::size_t bytes) {
    using Piece = void (Writer::*)();
    static constexpr Piece english[] = {&Writer::sentence, &Writer::sentence, &Writer::shuffledWords,
                                        &Writer::contraction};
    static constexpr Piece world[] = {&Writer::foreign, &Writer::foreign, &Writer::shuffledWords, &Writer::marks};
    static constexpr Piece program[] = {&Writer::codeLine, &Writer::codeLine, &Writer::identifier, &Writer::number};
    static constexpr Piece strange[] = {&Writer::characters, &Writer::marks, &Writer::oddity, &Writer::run};
    static constexpr Piece mixture[] = {&Writer::sentence,   &Writer::foreign,     &Writer::codeLine,
                                        &Writer::identifier, &Writer::number,      &Writer::characters,
                                        &Writer::marks,      &Writer::oddity,      &Writer::run,
                                        &Writer::madeUp,     &Writer::contraction, &Writer::name};
    text_.clear();
    const std::size_t kind = random_.below(10);
    while (text_.size() < bytes) {
      const Piece piece = kind < 3   ? random_.of(english)
                          : kind < 6 ? random_.of(world)
                          : kind < 7 ? random_.of(program)
                          : kind < 8 ? random_.of(strange)
                                     : random_.of(mixture);
      (this->*piece)();
      if (random_.below(3) == 0) text_ += random_.below(4) == 0 ? random_.of(breaks) : random_.of(spaces);
    }
    return text_;
  }

  std::size_t size() { return random_.below(4) == 0 ? random_.between(1, 400) : random_.between(400, 60'000); }

 private:
  static std::vector<std::string> wordsOf(const std::string& line) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t end = std::min(line.find(' ', at), line.size());
      if (end > at) words.push_back(line.substr(at, end - at));
      at = end + 1;
    }
    return words;
  }

  void sentence() { text_ += random_.of(prose_) + (random_.below(3) == 0 ? "\n" : " "); }
  void foreign() { text_ += random_.of(languages_) + (random_.below(3) == 0 ? "\n" : " "); }
  void codeLine() { text_ += std::string(4 * random_.below(6), ' ') + random_.of(code_) + "\n"; }
  void contraction() { text_.append(random_.of(random_.of(words_))).append(random_.of(contractions)) += ' '; }
  void oddity() { text_ += random_.of(awkward); }
  void name() { text_ += random_.of(names); }

  void shuffledWords() {
    const auto& words = random_.of(words_);
    for (std::size_t count = random_.between(2, 30); count > 0; --count) text_ += random_.of(words) + " ";
  }

  std::string word() {
    std::string word;
    for (std::size_t count = random_.between(1, 5); count > 0; --count) word += random_.of(syllables);
    return word;
  }

  static void raise(std::string& word, std::size_t count) {
    for (std::size_t i = 0; i < std::min(count, word.size()); ++i) {
      if (word[i] >= 'a' && word[i] <= 'z') word[i] = static_cast<char>(word[i] - 'a' + 'A');
    }
  }

  void madeUp() {
    std::string made = word();
    const std::size_t style = random_.below(4);
    if (style > 1) raise(made, style == 2 ? 1 : made.size());
    text_ += made + " ";
  }

  void identifier() {
    const std::size_t style = random_.below(4);
    for (std::size_t count = random_.between(2, 4); count > 0; --count) {
      std::string part = word();
      if (style == 0) raise(part, 1);
      if (style == 1) raise(part, part.size());
      text_ += part;
      if (style > 0 && count > 1) text_ += style == 1 ? "_" : style == 2 ? "." : "-";
    }
    text_ += random_.below(2) == 0 ? "(" : " ";
  }

  void number() {
    static constexpr std::string_view digits[] = {"0123456789", "0123456789abcdef", "0123456789,. ", "٠١٢٣٤٥٦٧٨٩"};
    const std::string_view from = random_.of(digits);
    const std::size_t width = static_cast<unsigned char>(from[0]) < 0x80 ? 1 : 2;
    const std::size_t length = random_.below(8) == 0 ? random_.between(30, 400) : random_.between(1, 12);
    for (std::size_t i = 0; i < length; ++i) text_ += from.substr(width * random_.below(from.size() / width), width);
    text_ += ' ';
  }

  void characters() {
    const bool one = random_.below(4) > 0;  // one script for all, or another for each
    auto range = random_.of(ranges);
    for (std::size_t count = random_.between(1, 20); count > 0; --count) {
      if (!one) range = random_.of(ranges);
      appendUtf8(text_, range.first + static_cast<char32_t>(random_.below(range.second - range.first + 1)));
    }
  }

  void marks() {
    static constexpr std::string_view bases = "aeiouAEIOUncsz ";
    for (std::size_t count = random_.between(1, 6); count > 0; --count) {
      text_ += bases[random_.below(bases.size())];
      for (std::size_t mark = random_.below(3); mark > 0; --mark) {
        appendUtf8(text_, static_cast<char32_t>(random_.between(0x300, 0x345)));
      }
    }
  }

  void run() {
    static constexpr std::string_view runs[] = {" ", " ", "\t", "\n", "\r\n", "=", "-", ".", "ab", "\u00A0", "😀", "한"};
    const std::string_view repeated = random_.of(runs);
    const std::size_t length = random_.below(20) == 0 ? random_.between(100, 2000) : random_.between(2, 40);
    for (std::size_t i = 0; i < length; ++i) text_ += repeated;
  }

  std::vector<std::string> prose_, languages_, code_;
  std::vector<std::vector<std::string>> words_;  // of a line each
  std::string text_;
  Random random_;
};

}  // namespace

std::vector<std::string> documents(const std::filesystem::path& paragraphs) {
  Writer writer(paragraphs);
  std::vector<std::string> documents;
  for (std::size_t bytes = 0; bytes < wantedBytes; bytes += documents.back().size()) {
    documents.push_back(writer.document(writer.size()));
  }
  return documents;
}

}  // namespace mixed_text
