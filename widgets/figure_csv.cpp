#include <algorithm>
#include <cmath>
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
      rows.push_back({static_cast<double>(layer), static_cast<double>(head), figure.shares.at(layer, head)});
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

void writeCsv(const QString &path, const ProfileFigure &figure) {
  QStringList header{figure.xTitle};
  std::map<double, std::vector<double>> byX;
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t curve = 0; curve < figure.curves.size(); ++curve) {
    const ProfileCurve &values = figure.curves[curve];
    header << values.name;
    for (std::size_t i = 0; i < values.y.size(); ++i) {
      const double x = i < values.x.size() ? values.x[i] : static_cast<double>(i);
      auto &row = byX.try_emplace(x, std::vector<double>(figure.curves.size(), none)).first->second;
      row[curve] = values.y[i];
    }
  }
  std::vector<std::vector<double>> rows;
  for (const auto &[x, values] : byX) {
    rows.push_back({x});
    rows.back().insert(rows.back().end(), values.begin(), values.end());
  }
  writeCsv(path, header, rows);
}

}  // namespace sinkscope
