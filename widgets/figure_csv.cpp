#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "widgets/figure.h"
#include "widgets/whole_file.h"

namespace sinkscope {

namespace {

constexpr int kDigits = 9;

QByteArray field(const QString &text) {
  QString quoted = text;
  static const QString special = QStringLiteral(",\"\r\n");
  if (std::any_of(text.begin(), text.end(), [](QChar c) { return special.contains(c); })) {
    quoted.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    quoted = QLatin1Char('"') + quoted + QLatin1Char('"');
  }
  return quoted.toUtf8();
}

QByteArray field(double value) {
  return std::isnan(value) ? QByteArray() : QByteArray::number(value, 'g', kDigits);
}

template <class Values>
QByteArray lineOf(const Values &values) {
  QByteArray line;
  bool first = true;
  for (const auto &value : values) {
    if (!first) line += ',';
    first = false;
    line += field(value);
  }
  return line + '\n';
}

}  // namespace

void writeCsv(const QString &path, const QStringList &header, const std::vector<std::vector<double>> &rows) {
  QByteArray bytes = lineOf(header);
  for (const std::vector<double> &row : rows) bytes += lineOf(row);
  writeWholeFile(path, bytes, QStringLiteral("the table"));
}

void writeCsv(const QString &path, const GridFigure &figure) {
  std::vector<std::vector<double>> rows;
  for (int layer = 0; layer < figure.shares.rows; ++layer) {
    for (int head = 0; head < figure.shares.columns; ++head) {
      rows.push_back({static_cast<double>(figure.firstLayer + layer), static_cast<double>(figure.firstHead + head),
                      figure.shares.at(layer, head)});
    }
  }
  writeCsv(path, {QStringLiteral("layer"), QStringLiteral("head"), QStringLiteral("share")}, rows);
}

void writeCsv(const QString &path, const HeadFigure &figure) {
  // Of a pooled image each row says where its cell begins.
  const Matrix &image = figure.image;
  const double tokens =
      image.columns > 0 && figure.tokenCount > 0 ? static_cast<double>(figure.tokenCount) / image.columns : 1;
  std::vector<std::vector<double>> rows;
  for (int query = 0; query < image.rows; ++query) {
    for (int key = 0; key < image.columns; ++key) {
      rows.push_back({figure.firstQuery + query * tokens, figure.firstKey + key * tokens, image.at(query, key)});
    }
  }
  writeCsv(path, {figure.yTitle, figure.xTitle, figure.scaleLabel}, rows);
}

void writeCsv(const QString &path, const CurveFigure &figure) {
  // One line an x; of a banded curve its ends as well.
  std::vector<std::pair<const Curve *, const std::vector<double> *>> columns;
  QStringList header{figure.data.x.title};
  for (const Curve &curve : figure.data.curves) {
    header << curve.name;
    columns.emplace_back(&curve, &curve.y);
    if (!curve.banded()) continue;
    header << curve.name + QStringLiteral(", lower") << curve.name + QStringLiteral(", upper");
    columns.emplace_back(&curve, &curve.lower);
    columns.emplace_back(&curve, &curve.upper);
  }
  std::map<double, std::vector<double>> byX;
  const std::vector<double> gaps(columns.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const auto &[curve, values] = columns[column];
    for (std::size_t i = 0; i < curve->size(); ++i) {
      byX.try_emplace(curve->xAt(i), gaps).first->second[column] = (*values)[i];
    }
  }
  std::vector<std::vector<double>> rows;
  for (const auto &[x, values] : byX) {
    rows.push_back({x});
    rows.back().insert(rows.back().end(), values.begin(), values.end());
  }
  writeCsv(path, header, rows);
}

void writeCsv(const QString &path, const ScatterFigure &figure) {
  const Scatter &data = figure.data;
  QByteArray bytes =
      lineOf(QStringList{data.xAxis.title, data.yAxis.title, QStringLiteral("class"), QStringLiteral("point")});
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t index = i < data.classOf.size() ? static_cast<std::size_t>(data.classOf[i]) : 0;
    bytes += field(data.x[i]) + ',' + field(data.y[i]) + ',';
    bytes += lineOf(QStringList{index < data.classes.size() ? data.classes[index].name : QString(),
                                data.labels.value(static_cast<qsizetype>(i))});
  }
  writeWholeFile(path, bytes, QStringLiteral("the table"));
}

void writeCsv(const QString &path, const LayerMapFigure &figure) {
  QByteArray bytes = lineOf(
      QStringList{QStringLiteral("map"), figure.yTitle, QStringLiteral("position"), figure.xTitle, figure.scaleLabel});
  for (const LayerMapData &map : figure.maps) {
    for (int row = 0; row < map.values.rows; ++row) {
      for (int column = 0; column < map.values.columns; ++column) {
        bytes += field(map.title) + ',' + field(map.rowLabel(row)) + ',' + QByteArray::number(column) + ',' +
                 field(map.columnLabel(column)) + ',' + field(map.values.at(row, column)) + '\n';
      }
    }
  }
  writeWholeFile(path, bytes, QStringLiteral("the table"));
}

void writeCsv(const QString &path, const TokenFramesFigure &figure) {
  QByteArray bytes = lineOf(QStringList{QStringLiteral("strip"), QStringLiteral("frame"), QStringLiteral("position"),
                                        QStringLiteral("token"), figure.scaleLabel});
  for (const TokenFramesFigure::Strip &strip : figure.strips) {
    for (int frame = 0; frame < strip.values.rows; ++frame) {
      for (int token = 0; token < strip.values.columns; ++token) {
        bytes += field(strip.title) + ',' + field(figure.frames[frame]) + ',' + QByteArray::number(token) + ',' +
                 field(strip.tokens[token]) + ',' + field(strip.values.at(frame, token)) + '\n';
      }
    }
  }
  writeWholeFile(path, bytes, QStringLiteral("the table"));
}

}  // namespace sinkscope
