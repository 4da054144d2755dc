#include "app/perturb_figures.h"

#include "app/figures.h"

#include <QObject>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace sinkscope {
namespace {

/// How far below its largest value a logarithmic map still tells changes apart.
constexpr double kDepth = 1e-3;

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

QString changedWords(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  QString words;
  for (std::size_t t = begin; t < end; ++t) words += text(visibleText(tokens[t]));
  return words.isEmpty() ? QObject::tr("nothing") : words;
}

/// Largest value over all maps, for the one scale.
double largest(const std::vector<LayerMapData>& maps) {
  double most = 0.0;
  for (const LayerMapData& map : maps)
    for (const float value : map.values.values)
      if (value > most) most = value;
  return most > 0.0 ? most : 1.0;
}

bool hasBosFirst(const PerturbMap& map) {
  return !map.before.empty() && map.before.front().special;
}

/// -1 for the embedding, then the layers from 0, L for the final norm.
std::vector<double> layerAxis(std::size_t places) {
  std::vector<double> x(places);
  for (std::size_t place = 0; place < places; ++place) x[place] = static_cast<double>(place) - 1.0;
  return x;
}

QString layerNote(std::size_t places) {
  return QObject::tr(" · layer −1: embedding, %1: final norm").arg(places - 2);
}

constexpr std::array kRoles{ColourRole::First,  ColourRole::Second, ColourRole::Third,
                            ColourRole::Fourth, ColourRole::Fifth,  ColourRole::Sixth};

}  // namespace

QString changeNormTitle(ChangeNorm norm) {
  switch (norm) {
    case ChangeNorm::L2:
      return QObject::tr("change ‖Δv‖");
    case ChangeNorm::Relative:
      return QObject::tr("relative change ‖Δv‖ / ‖v‖");
    case ChangeNorm::Infinity:
      return QObject::tr("largest component of Δv");
    case ChangeNorm::Cosine:
      return QObject::tr("1 − cos(v, v′)");
  }
  return {};
}

LayerMapFigure changeMaps(const PerturbResult& result, ChangeNorm norm, bool logarithmic) {
  LayerMapFigure figure;
  for (const PerturbMap& map : result.maps) {
    LayerMapData data;
    data.values = matrixOf(changes(map, norm));
    for (const std::string& name : placeNames(map.places())) data.rows << text(name);
    data.columns = tokenLabels(map.before);
    data.title = text(conditionTitle(map.condition, result.bosText));
    data.marked = static_cast<int>(map.alignment.begin);
    if (hasBosFirst(map)) data.sink = 0;
    figure.maps.push_back(std::move(data));
  }
  figure.scale.maximum = largest(figure.maps);
  figure.scale.minimum = logarithmic ? kDepth * figure.scale.maximum : 0.0;
  figure.scale.logarithmic = logarithmic;
  figure.scaleLabel = changeNormTitle(norm);
  figure.conventions = perturbConventions(result, norm);
  return figure;
}

CurveFigure tokenLines(const PerturbResult& result, std::size_t index, ChangeNorm norm, bool logarithmic) {
  const PerturbMap& map = result.maps[index];
  const Array<float, 2> change = changes(map, norm);
  CurveFigure figure;
  const std::vector<double> x = layerAxis(map.places());
  for (std::size_t t = map.alignment.begin; t < map.tokens(); ++t) {
    Curve curve{.name = text(visibleText(map.before[t])), .role = ColourRole::Faint, .x = x};
    if (t < map.alignment.end) curve.role = ColourRole::Strong;
    for (std::size_t place = 0; place < map.places(); ++place) curve.y.push_back(change(place, t));
    figure.data.curves.push_back(std::move(curve));
  }
  figure.data.x.title = QObject::tr("layer");
  figure.data.y = {.title = changeNormTitle(norm), .logarithmic = logarithmic};
  figure.conventions = text(conditionTitle(map.condition, result.bosText)) + QStringLiteral(" · ") +
                       perturbConventions(result, norm) + layerNote(map.places());
  return figure;
}

CurveFigure spreadCurves(const PerturbResult& result, ChangeNorm norm) {
  CurveFigure figure;
  const bool isSpread = result.maps.front().alignment.sameLength();
  for (std::size_t i = 0; i < result.maps.size(); ++i) {
    const PerturbMap& map = result.maps[i];
    figure.data.curves.push_back(
        {.name = text(conditionTitle(map.condition, result.bosText)),
         .y = isSpread ? spread(map, norm) : meanChange(map, norm),
         .role = map.condition == Condition::Bos ? ColourRole::Sink : kRoles[i % kRoles.size()],
         .x = layerAxis(map.places()),
         .marked = true});
  }
  figure.data.x.title = QObject::tr("layer");
  figure.data.y = {.title = isSpread ? QObject::tr("spread S") : QObject::tr("mean %1").arg(changeNormTitle(norm))};
  figure.conventions = perturbConventions(result, norm) + layerNote(result.maps.front().places());
  return figure;
}

LayerMapFigure attentionMaps(const PerturbResult& result) {
  LayerMapFigure figure;
  for (const PerturbMap& map : result.maps) {
    LayerMapData data;
    const std::size_t layers = map.attention.extent(0), heads = map.attention.extent(1);
    data.values = {static_cast<int>(layers), static_cast<int>(heads), {}};
    for (std::size_t layer = 0; layer < layers; ++layer)
      for (std::size_t head = 0; head < heads; ++head) {
        double sum = 0.0;
        for (std::size_t t = map.alignment.end; t < map.tokens(); ++t) sum += map.attention(layer, head, t);
        data.values.values.push_back(static_cast<float>(sum / static_cast<double>(map.tokens() - map.alignment.end)));
      }
    data.title = text(conditionTitle(map.condition, result.bosText));
    figure.maps.push_back(std::move(data));
  }
  figure.scale.maximum = largest(figure.maps);
  figure.scaleLabel = QObject::tr("total variation of the rows");
  figure.xTitle = QObject::tr("head");
  figure.conventions = perturbConventions(result, ChangeNorm::L2).section(QStringLiteral(" · "), 1);
  return figure;
}

QString perturbConventions(const PerturbResult& result, ChangeNorm norm) {
  const PerturbMap& map = result.maps.front();
  const Alignment& a = map.alignment;
  return QObject::tr("%1 · %2 → %3 at %4 · T %5 · %6")
      .arg(changeNormTitle(norm), changedWords(map.before, a.begin, a.end),
           changedWords(map.after, a.begin, a.otherEnd))
      .arg(a.begin)
      .arg(map.tokens())
      .arg(text(result.model.name));
}

std::vector<PageFigure> perturbFigures(const PerturbResult& result, ChangeNorm norm, bool logarithmic) {
  const auto page = [&](const QString& name, const QString& title, const auto& figure) {
    return pageFigure(name, title,
                      QObject::tr("Model %1. Prompt: %2. %3")
                          .arg(text(result.model.name), text(result.request.prompt), figure.conventions),
                      figure);
  };
  std::vector<PageFigure> figures{
      page(QStringLiteral("change"), QObject::tr("Change by layer and token"), changeMaps(result, norm, logarithmic)),
      page(QStringLiteral("spread"), QObject::tr("Spread of a change"), spreadCurves(result, norm)),
      page(QStringLiteral("attention-change"), QObject::tr("Change of the attention"), attentionMaps(result))};
  for (std::size_t i = 0; i < result.maps.size(); ++i)
    figures.push_back(page(
        QStringLiteral("tokens-") + text(std::string(conditionName(result.maps[i].condition))),
        QObject::tr("Change of each token, %1").arg(text(conditionTitle(result.maps[i].condition, result.bosText))),
        tokenLines(result, i, norm, logarithmic)));
  return figures;
}

}  // namespace sinkscope
