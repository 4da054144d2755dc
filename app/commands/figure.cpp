#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/figure_files.h"
#include "app/figures.h"
#include "app/run_figures.h"
#include "core/catalogue/card_reader.h"
#include "core/error.h"
#include "widgets/figure_caption.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

constexpr double kMmAnInch = 25.4;

struct FigureOptions {
  std::string run, out, column, font, colourMap = "viridis", title, panel, legend = "above", layers, heads, tokens,
                                      norm, measure;
  std::vector<std::string> views, formats{"pdf"};
  double widthMm = 0.0, widthIn = 0.0, heightMm = 0.0, aspect = 0.0, fontPt = 8.0, linePt = 1.2, dpi = 300.0, eps = 0.0;
  int prompt = 0, layer = -1, head = -1;
  bool noTitle = false, noConventions = false, caption = false, list = false, json = false;
};

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

std::string joined(const QStringList& words) {
  return words.join(QStringLiteral(", ")).toStdString();
}

FigureRange rangeOf(const std::string& option, const std::string& words) {
  const std::optional<FigureRange> range = FigureRange::parse(text(words));
  if (!range) throw Error(option + " takes a range such as 3-7, 3-, -7 or 5, not '" + words + "'.");
  return *range;
}

double widthOf(const FigureOptions& options) {
  if (options.widthMm > 0.0) return options.widthMm;
  if (options.widthIn > 0.0) return options.widthIn * kMmAnInch;
  if (options.column.empty()) return FigureStyle().widthMm;
  QStringList names;
  for (const auto& [name, width] : columnWidths()) {
    if (name.compare(text(options.column), Qt::CaseInsensitive) == 0) return width;
    names << name;
  }
  throw Error("There is no column '" + options.column + "'; choose among " + joined(names) + ".");
}

FigureStyle styleOf(const FigureOptions& options) {
  FigureStyle style;
  style.widthMm = widthOf(options);
  style.aspect = options.heightMm > 0.0 ? options.heightMm / style.widthMm : options.aspect;
  style.fontPt = options.fontPt;
  style.family = text(options.font);
  style.linePt = options.linePt;
  style.colourMap = colourMapNamed(text(options.colourMap));
  style.panel = text(options.panel);
  style.legend = legendPlaceNamed(text(options.legend));
  style.conventions = !options.noConventions;
  style.crop = {rangeOf("--layers", options.layers), rangeOf("--heads", options.heads),
                rangeOf("--tokens", options.tokens)};
  return style;
}

FigureChoice choiceOf(const FigureOptions& options) {
  FigureChoice choice;
  if (options.eps > 0.0) choice.epsilon = options.eps;
  choice.norm = options.norm;
  choice.measure = options.measure;
  choice.prompt = options.prompt;
  if (options.layer >= 0) choice.layer = options.layer;
  if (options.head >= 0) choice.head = options.head;
  return choice;
}

void list(const std::vector<PageFigure>& figures, bool json) {
  if (json) {
    nlohmann::json report{{"figures", nlohmann::json::array()}};
    for (const PageFigure& figure : figures)
      report["figures"].push_back({{"view", figure.name.toStdString()},
                                   {"title", figure.drawing.title.toStdString()},
                                   {"moves", !figure.frames.empty()}});
    std::cout << report.dump(2) << '\n';
    return;
  }
  qsizetype width = 0;
  for (const PageFigure& figure : figures) width = std::max(width, figure.name.size());
  for (const PageFigure& figure : figures)
    std::cout << figure.name.leftJustified(width + 2).toStdString() << figure.drawing.title.toStdString() << '\n';
}

/// Those of the views that were asked for, in that order; all where none was.
std::vector<PageFigure> chosen(const std::vector<PageFigure>& figures, const FigureOptions& options) {
  std::vector<PageFigure> some;
  QStringList names;
  for (const PageFigure& figure : figures) names << figure.name;
  for (const std::string& view : options.views) {
    // A head's name says which it is: "head" is enough.
    const auto found = std::ranges::find_if(figures, [&](const PageFigure& figure) {
      return figure.name == text(view) || (view == "head" && figure.name.startsWith(QLatin1String("head-")));
    });
    if (found == figures.end())
      throw Error(options.run + " has no figure '" + view + "'; it has " + joined(names) + ".");
    some.push_back(*found);
  }
  return options.views.empty() ? figures : some;
}

/// Where a figure goes: the file that was named, or files in the folder.
QStringList pathsOf(const PageFigure& figure, const FigureOptions& options) {
  const QString out = text(options.out);
  if (figureFormats().contains(QFileInfo(out).suffix().toLower())) return {out};
  QStringList paths;
  for (const std::string& format : options.formats)
    if (format != "gif" || !figure.frames.empty()) paths << QDir(out).filePath(figure.name + '.' + text(format));
  return paths;
}

void drawFigures(const FigureOptions& options, const Job& job) {
  checkRunInChild(ownExecutable(), options.run, job);
  const FontsForFigures fonts;
  const std::vector<PageFigure> all = runFigures(options.run, choiceOf(options));
  if (options.list) return list(all, options.json);
  if (options.out.empty()) throw Error("--out is missing: a file such as grid.pdf, or a folder.");
  const std::vector<PageFigure> figures = chosen(all, options);
  const bool isFile = figureFormats().contains(QFileInfo(text(options.out)).suffix().toLower());
  if (isFile && figures.size() > 1)
    throw Error("--out names one file, but there are " + std::to_string(figures.size()) +
                " figures: choose one with --view, or name a folder.");
  if (!isFile && !QDir().mkpath(text(options.out))) throw Error("The folder " + options.out + " cannot be made.");
  FigureStyle style = styleOf(options);
  for (const PageFigure& figure : figures) {
    job.check();
    style.title = options.noTitle ? QString() : options.title.empty() ? figure.drawing.title : text(options.title);
    for (const QString& path : pathsOf(figure, options)) {
      writeFigure(figure, style, path, options.dpi);
      std::cout << "wrote " << path.toStdString() << '\n';
      if (!options.caption || path != pathsOf(figure, options).front()) continue;
      for (const QString& caption : writeCaption(figure.drawing, style, path))
        std::cout << "wrote " << caption.toStdString() << '\n';
    }
  }
}

std::vector<std::string> wordsOf(const QStringList& list) {
  std::vector<std::string> words;
  for (const QString& word : list) words.push_back(word.toStdString());
  return words;
}

void addStyle(CLI::App& command, FigureOptions& options) {
  const auto positive = CLI::PositiveNumber;
  QStringList columns;
  for (const auto& [name, width] : columnWidths()) columns << QStringLiteral("%1 (%2 mm)").arg(name).arg(width);
  auto* width = command.add_option("--width-mm", options.widthMm, "Width of the page in millimetres; 139.7 else.");
  width->check(positive);
  auto* inches = command.add_option("--width-in", options.widthIn, "Width in inches.");
  inches->check(positive)->excludes(width);
  command.add_option("--column", options.column, "Width of a named column: " + joined(columns) + ".")
      ->excludes(width)
      ->excludes(inches);
  auto* height =
      command.add_option("--height-mm", options.heightMm, "Height of the page; what suits the drawing else.");
  height->check(positive);
  command.add_option("--aspect", options.aspect, "Height over width, in place of a height.")
      ->check(positive)
      ->excludes(height);
  command.add_option("--font-pt", options.fontPt, "Size of the text in points.")
      ->check(positive)
      ->capture_default_str();
  command.add_option("--font", options.font, "Family of the text, such as 'DejaVu Sans'.");
  command.add_option("--line-pt", options.linePt, "Width of curves in points.")->check(positive)->capture_default_str();
  command.add_option("--colour-map", options.colourMap, "Colours of heatmaps.")
      ->check(CLI::IsMember(wordsOf(sequentialColourMapNames()), CLI::ignore_case))
      ->capture_default_str();
  auto* title = command.add_option("--title", options.title, "The line above the drawing; the figure's own else.");
  command.add_flag("--no-title", options.noTitle, "Nothing above the drawing.")->excludes(title);
  command.add_option("--panel", options.panel, "A letter at the top left, such as a.");
  command.add_option("--legend", options.legend, "Where the legend of curves stands.")
      ->check(CLI::IsMember(wordsOf(legendPlaceNames())))
      ->capture_default_str();
  command.add_flag("--no-conventions", options.noConventions, "Leave out the line of conventions under the drawing.");
  command.add_option("--layers", options.layers, "Draw these layers alone: 3-7, 3-, -7 or 5.");
  command.add_option("--heads", options.heads, "Draw these heads alone.");
  command.add_option("--tokens", options.tokens, "Draw these positions alone.");
  command.add_option("--dpi", options.dpi, "Dots an inch of png and tiff.")->check(positive)->capture_default_str();
}

}  // namespace

void addFigure(CLI::App& program, int& exitCode) {
  CLI::App* command =
      program.add_subcommand("figure", "Draws the figures of a run file, as papers want them, from the file alone.");
  const auto options = std::make_shared<FigureOptions>();
  command->add_option("run", options->run, "A run file.")->required()->check(CLI::ExistingFile);
  command->add_option("--view", options->views, "Which figures, by the names that --list tells; all else.")
      ->delimiter(',');
  command->add_flag("--list", options->list, "Tell which figures the run has.");
  command->add_flag("--json", options->json, "With --list: print one JSON object.");
  command->add_option("-o,--out", options->out,
                      "A file, whose suffix is the format, or a folder: " + joined(figureFormats()) + ".");
  command->add_option("--format", options->formats, "Formats of the files in a folder.")
      ->delimiter(',')
      ->check(CLI::IsMember(figureFormatNames()))
      ->capture_default_str();
  command->add_flag("--caption", options->caption,
                    "Write beside it what must be said under it: NAME.txt, and NAME.caption.tex for LaTeX.");
  addStyle(*command, *options);
  command->add_option("--eps", options->eps, "The sink's threshold; as saved else.")->check(CLI::Range(0.0, 1.0));
  command->add_option("--prompt", options->prompt, "The prompt whose head is drawn.")->check(CLI::NonNegativeNumber);
  command->add_option("--layer", options->layer, "The layer of the head that is drawn; as saved else.");
  command->add_option("--head", options->head, "That head; as saved else.");
  command->add_option("--norm", options->norm, "The measure of a change, such as relative; as saved else.");
  command->add_option("--measure", options->measure, "The measure of a collapse that comes first; as saved else.");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { drawFigures(*options, job); }); });
}

}  // namespace sinkscope
