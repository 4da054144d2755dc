#include "widgets/figure_style.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <algorithm>

namespace sinkscope {

QStringList legendPlaceNames() {
  return {QStringLiteral("above"),     QStringLiteral("right"),       QStringLiteral("top left"),
          QStringLiteral("top right"), QStringLiteral("bottom left"), QStringLiteral("bottom right"),
          QStringLiteral("none")};
}

QString legendPlaceName(LegendPlace place) {
  return legendPlaceNames()[static_cast<int>(place)];
}

LegendPlace legendPlaceNamed(const QString &name) {
  return static_cast<LegendPlace>(std::max<qsizetype>(0, legendPlaceNames().indexOf(name)));
}

QString FigureRange::text() const {
  if (whole()) return {};
  if (first == last) return QString::number(first);
  return QString::number(first) + '-' + (last < 0 ? QString() : QString::number(last));
}

std::optional<FigureRange> FigureRange::parse(const QString &text) {
  static const QRegularExpression form(QStringLiteral("^(\\d{0,9})(-?)(\\d{0,9})$"));
  const QRegularExpressionMatch match = form.match(text.simplified().remove(' '));
  if (!match.hasMatch()) return std::nullopt;
  const QString from = match.captured(1);
  const QString to = match.captured(3);
  if (match.captured(2).isEmpty()) {
    if (!to.isEmpty()) return std::nullopt;  // a number of too many digits
    return from.isEmpty() ? FigureRange() : FigureRange{from.toInt(), from.toInt()};
  }
  if (from.isEmpty() && to.isEmpty()) return std::nullopt;
  const FigureRange range{from.toInt(), to.isEmpty() ? -1 : to.toInt()};
  return range.last >= 0 && range.last < range.first ? std::nullopt : std::optional(range);
}

std::pair<int, int> FigureRange::of(int count) const {
  const int begin = std::clamp(first, 0, count);
  const int end = last < 0 ? count : std::clamp(last + 1, begin, count);
  return {begin, end - begin};
}

namespace {

QJsonArray jsonOf(const FigureRange &range) {
  return {range.first, range.last};
}

FigureRange rangeOf(const QJsonValue &value, const FigureRange &range) {
  const QJsonArray ends = value.toArray();
  return ends.size() == 2 ? FigureRange{ends[0].toInt(), ends[1].toInt(-1)} : range;
}

}  // namespace

QString styleJson(const FigureStyle &style) {
  const QJsonObject object{{"widthMm", style.widthMm},
                           {"aspect", style.aspect},
                           {"fontPt", style.fontPt},
                           {"family", style.family},
                           {"linePt", style.linePt},
                           {"colourMap", colourMapName(style.colourMap)},
                           {"title", style.title},
                           {"panel", style.panel},
                           {"legend", legendPlaceName(style.legend)},
                           {"conventions", style.conventions},
                           {"layers", jsonOf(style.crop.layers)},
                           {"heads", jsonOf(style.crop.heads)},
                           {"tokens", jsonOf(style.crop.tokens)}};
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

FigureStyle styleOf(const QString &json, FigureStyle style) {
  const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
  style.widthMm = object["widthMm"].toDouble(style.widthMm);
  style.aspect = object["aspect"].toDouble(style.aspect);
  style.fontPt = object["fontPt"].toDouble(style.fontPt);
  style.family = object["family"].toString(style.family);
  style.linePt = object["linePt"].toDouble(style.linePt);
  style.colourMap = colourMapNamed(object["colourMap"].toString(colourMapName(style.colourMap)));
  style.title = object["title"].toString(style.title);
  style.panel = object["panel"].toString(style.panel);
  style.legend = legendPlaceNamed(object["legend"].toString(legendPlaceName(style.legend)));
  style.conventions = object["conventions"].toBool(style.conventions);
  style.crop.layers = rangeOf(object["layers"], style.crop.layers);
  style.crop.heads = rangeOf(object["heads"], style.crop.heads);
  style.crop.tokens = rangeOf(object["tokens"], style.crop.tokens);
  return style;
}

const std::vector<std::pair<QString, double>> &columnWidths() {
  static const std::vector<std::pair<QString, double>> widths = {
      {QStringLiteral("NeurIPS"), 139.7},    {QStringLiteral("ICLR"), 139.7},
      {QStringLiteral("ICML column"), 82.6}, {QStringLiteral("ICML page"), 171.5},
      {QStringLiteral("ACL column"), 77.0},  {QStringLiteral("ACL page"), 160.0},
      {QStringLiteral("A4 text"), 160.0},    {QStringLiteral("A4 page"), 210.0},
      {QStringLiteral("16:9 slide"), 254.0}};
  return widths;
}

}  // namespace sinkscope
