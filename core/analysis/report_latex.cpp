#include "core/analysis/report_tables.h"

#include <array>
#include <string_view>
#include <utility>

namespace sinkscope {
namespace {

// What LaTeX reads as its own, and the signs of the tables; other UTF-8 LaTeX reads as it stands.
constexpr std::array<std::pair<std::string_view, std::string_view>, 19> kLatex{{{"\\", "\\textbackslash{}"},
                                                                                {"{", "\\{"},
                                                                                {"}", "\\}"},
                                                                                {"$", "\\$"},
                                                                                {"&", "\\&"},
                                                                                {"#", "\\#"},
                                                                                {"%", "\\%"},
                                                                                {"_", "\\_"},
                                                                                {"~", "\\textasciitilde{}"},
                                                                                {"^", "\\textasciicircum{}"},
                                                                                {"<", "\\textless{}"},
                                                                                {">", "\\textgreater{}"},
                                                                                {"|", "\\textbar{}"},
                                                                                {"\"", "\\textquotedbl{}"},
                                                                                {"α₀", "$\\alpha_0$"},
                                                                                {"ε", "$\\varepsilon$"},
                                                                                {"×", "$\\times$"},
                                                                                {"·", "$\\cdot$"},
                                                                                {"–", "--"}}};

std::string latexText(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto* found = kLatex.begin();
    while (found != kLatex.end() && !text.starts_with(found->first)) ++found;
    result += found == kLatex.end() ? text.substr(0, 1) : found->second;
    text.remove_prefix(found == kLatex.end() ? 1 : found->first.size());
  }
  return result;
}

std::string rowOf(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& cell : cells) row += (row.empty() ? "  " : " & ") + (cell.empty() ? "{}" : latexText(cell));
  return row + " \\\\\n";
}

/// A cell as wide as several columns.
std::string wideCell(std::size_t columns, char place, const std::string& text) {
  return "\\multicolumn{" + std::to_string(columns) + "}{" + place + "}{" + latexText(text) + "}";
}

/// The columns' groups, each with a rule as wide as it; empty where there are none.
std::string groupsOf(const std::vector<ReportTable::Column>& columns) {
  std::string cells, rules;
  for (std::size_t begin = 0, end = 0; begin < columns.size(); begin = end) {
    const std::string& group = columns[begin].group;
    for (end = begin + 1; end < columns.size() && !group.empty() && columns[end].group == group; ++end) {
    }
    cells += (begin == 0 ? "  " : " & ") + (group.empty() ? "{}" : wideCell(end - begin, 'c', group));
    if (!group.empty()) rules += "\\cmidrule(lr){" + std::to_string(begin + 1) + '-' + std::to_string(end) + '}';
  }
  return rules.empty() ? rules : cells + " \\\\\n" + rules + '\n';
}

// Made smaller only where it is wider than the line; the last brace is closed behind the tabular.
constexpr const char* kFitted = "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{";

std::string tableOf(const ReportTable& table) {
  std::vector<std::string> headings;
  for (const ReportTable::Column& column : table.columns) headings.push_back(column.heading);
  std::string text = "\\begin{table}\n\\centering\n\\footnotesize\n\\setlength{\\tabcolsep}{4pt}\n\\caption{" +
                     latexText(table.title) + ". " + latexText(table.note) + "}\n" + kFitted + "\\begin{tabular}{l" +
                     std::string(headings.size() - 1, 'r') + "}\n\\toprule\n" + groupsOf(table.columns) +
                     rowOf(headings) + "\\midrule\n";
  auto section = table.sections.begin();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (section != table.sections.end() && section->first == row) {
      text += (row == 0 ? "  " : "\\midrule\n  ") + wideCell(headings.size(), 'l', section->second) + " \\\\\n";
      ++section;
    }
    text += rowOf(table.rows[row]);
  }
  return text + "\\bottomrule\n\\end{tabular}}\n\\end{table}\n";
}

}  // namespace

std::string reportLatex(const ReportResult& result) {
  std::string text = "% Made by " + result.models.front().program +
                     ". In the preamble: \\usepackage[T1]{fontenc} \\usepackage{booktabs,graphicx}\n" +
                     tableOf(sinkTable(result)) + '\n' + tableOf(bosTable(result));
  for (std::size_t model = 0; model < result.models.size(); ++model) {
    text += '\n';
    text += tableOf(profileTable(result, model));
  }
  return text;
}

}  // namespace sinkscope
