#include "app/perturb_figures.h"

#include "app/change_figures.h"
#include "app/figure_origin.h"
#include "app/figures.h"

#include <QObject>
#include <algorithm>
#include <cctype>
#include <utility>

namespace sinkscope {
namespace {

/// Frames that a strip of them has at most: more are too many for a page.
constexpr std::size_t kMostFrames = 6;

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

QString changedWords(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  QString words;
  for (std::size_t t = begin; t < end; ++t) words += text(visibleText(tokens[t]));
  return words.isEmpty() ? QObject::tr("nothing") : words;
}

bool hasBosFirst(const PerturbMap& map) {
  return !map.before.empty() && map.before.front().special;
}

}  // namespace

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
  figure.scale = changeScale(largestOf(figure.maps), logarithmic);
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
    figure.data.curves.push_back({.name = text(conditionTitle(map.condition, result.bosText)),
                                  .y = isSpread ? spread(map, norm) : meanChange(map, norm),
                                  .role = roleOf(map.condition, i),
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
  figure.scale = changeScale(largestOf(figure.maps), false);
  figure.scaleLabel = QObject::tr("total variation of the rows");
  figure.xTitle = QObject::tr("head");
  figure.conventions = perturbConventions(result, ChangeNorm::L2).section(QStringLiteral(" · "), 1);
  return figure;
}

TokenFramesFigure changeFrames(const PerturbResult& result, ChangeNorm norm, bool logarithmic) {
  LayerMapFigure maps = changeMaps(result, norm, logarithmic);
  TokenFramesFigure figure;
  for (LayerMapData& map : maps.maps)
    figure.strips.push_back({map.title, map.columns, std::move(map.values), map.marked, map.sink});
  const std::size_t places = result.maps.front().places(), shown = std::min(places, kMostFrames);
  for (std::size_t i = 0; i < shown; ++i) figure.shown.push_back(static_cast<int>(i * (places - 1) / (shown - 1)));
  for (const std::string& name : placeNames(places))
    figure.frames << (std::isdigit(static_cast<unsigned char>(name.front())) ? QObject::tr("layer %1").arg(text(name))
                                                                             : text(name));
  figure.scale = maps.scale;
  figure.scaleLabel = maps.scaleLabel;
  figure.conventions = maps.conventions;
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
  const TokenFramesFigure frames = changeFrames(result, norm, logarithmic);
  figures.push_back(page(QStringLiteral("frames"), QObject::tr("A change layer by layer"), frames));
  for (int frame = 0; frame < frames.frames.size(); ++frame) {
    TokenFramesFigure one = frames;
    one.shown = {frame};
    figures.back().frames.push_back(drawing(std::move(one)));
  }
  for (std::size_t i = 0; i < result.maps.size(); ++i)
    figures.push_back(page(
        QStringLiteral("tokens-") + text(std::string(conditionName(result.maps[i].condition))),
        QObject::tr("Change of each token, %1").arg(text(conditionTitle(result.maps[i].condition, result.bosText))),
        tokenLines(result, i, norm, logarithmic)));
  return withOrigin(std::move(figures), "perturb", result);
}

}  // namespace sinkscope
