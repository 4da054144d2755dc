#include "app/figure_origin.h"

#include "core/analysis/result_id.h"
#include "core/runs/training_log.h"

#include <string>
#include <utility>

namespace sinkscope {
namespace {

using Facts = std::vector<std::pair<QString, QString>>;

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

Facts factsOf(const std::string& id, const char* kind, const std::string& created, const std::string& program,
              const std::string& torch) {
  return {{QStringLiteral("Run"), text(id)},
          {QStringLiteral("Kind"), QString::fromLatin1(kind)},
          {QStringLiteral("Created"), text(created)},
          {QStringLiteral("Program"), QStringLiteral("%1, libtorch %2").arg(text(program), text(torch))}};
}

std::vector<PageFigure> with(const Facts& facts, std::vector<PageFigure> figures) {
  for (PageFigure& figure : figures) {
    figure.drawing.facts = facts;
    for (FigureDrawing& frame : figure.frames) frame.facts = facts;
  }
  return figures;
}

}  // namespace

std::vector<PageFigure> withOrigin(std::vector<PageFigure> figures, const char* kind, const Provenance& result) {
  Facts facts = factsOf(resultId(kind, result), kind, result.created, result.program, result.torch);
  facts.emplace_back(QStringLiteral("Model"), text(result.model.name));
  QStringList hashes;
  for (const FileIdentity& file : result.model.files)
    hashes << QStringLiteral("%1 %2").arg(file.sha256.empty() ? QStringLiteral("not hashed") : text(file.sha256),
                                          text(file.name));
  facts.emplace_back(QStringLiteral("Model SHA-256"), hashes.join(QStringLiteral("; ")));
  return with(facts, std::move(figures));
}

std::vector<PageFigure> withOrigin(std::vector<PageFigure> figures, const TrainingStart& training) {
  Facts facts = factsOf(resultId("train", training.created, training.program, training.recipe), "train",
                        training.created, training.program, training.torch);
  facts.emplace_back(QStringLiteral("Training"), text(training.name));
  facts.emplace_back(QStringLiteral("Recipe"), text(training.recipe));
  return with(facts, std::move(figures));
}

}  // namespace sinkscope
