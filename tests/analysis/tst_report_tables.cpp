#include "core/analysis/report_tables.h"
#include "tests/runs/sample_report.h"

#include <QRegularExpression>
#include <QStringList>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace sinkscope;

namespace {

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

/// Cells of a line of CSV as RFC 4180 has it.
QStringList cellsOf(const QString& line) {
  QStringList cells{{}};
  bool quoted = false;
  for (qsizetype i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      cells << QString();
    else
      cells.back() += line[i];
  }
  return cells;
}

}  // namespace

/// What a report's documents say, and that nothing of a name gets out of its place.
class TestReportTables : public QObject {
  Q_OBJECT

 private slots:
  void measuredAndPublishedRows() {
    const ReportTable table = sinkTable(sampleReport());
    using Row = std::vector<std::string>;
    Row header;
    for (const ReportTable::Column& column : table.columns) header.push_back(wholeHeading(column));
    QCOMPARE(header, (Row{"model", "L × H", "<bos>", "sink rate, % (ε 0.3)", "sink rate, % (ε 0.8)", "mean share α₀"}));
    QCOMPARE(table.modelOf, (std::vector<int>{0, 0, 1, -1, -1, -1, -1, -1, -1, -1}));
    QCOMPARE(table.rows[0],
             (Row{"tiny", "2 × 4", "yes", "50.0 [25.0, 75.0]", "50.0 [25.0, 75.0]", "0.438 [0.250, 0.500]"}));
    QCOMPARE(table.rows[1][2], std::string("no"));
    QCOMPARE(table.rows[2][2], std::string("has none"));
    QCOMPARE(table.rows[3], (Row{"LLaMa 3.1 8B", "32 × 32", "–", "–", "45.97", "–"}));
    QCOMPARE(table.rows[5][4], std::string("78.29"));
    QCOMPARE(table.rows[8], (Row{"Llama3-8B", "–", "–", "99.02", "–", "–"}));
    for (const char* part : {"T 9–16", "3 prompts (two & a half <prompts>)", "query 0 included",
                             "100 resamples, seed 7", "a_b&c <50 %> has no <bos>"})
      QVERIFY2(text(table.note).contains(part), part);
    QCOMPARE(table.sections.size(), std::size_t{2});
    QCOMPARE(table.sections[0],
             (std::pair<std::size_t, std::string>{
                 3, "Published: Barbero et al., arXiv 2504.02732, Table 1 (ε 0.8, T 64, 170 prompts)"}));
    QCOMPARE(table.sections[1].first, std::size_t{6});
  }

  void publishedRowsHaveTheirThreshold() {
    ReportResult report = sampleReport();
    report.request.epsilons = {0.5, 0.8};
    QCOMPARE(sinkTable(report).rows.size(), std::size_t{3 + 3});
    report.request.epsilons = {0.5, 0.6};
    QCOMPARE(sinkTable(report).rows.size(), std::size_t{3});
  }

  void bosOnAndOff() {
    const ReportTable table = bosTable(sampleReport());
    QCOMPARE(table.rows.size(), std::size_t{3});
    QCOMPARE(table.rows[0], (std::vector<std::string>{"tiny", "yes", "3.500 [3.250, 4.125]", "50.0 [25.0, 75.0]",
                                                      "50.0 [25.0, 75.0]", "0.062 [0.031, 0.125]"}));
    QCOMPARE(table.rows[2].back(), std::string("–"));
  }

  void everyTableIsWhole() {
    const ReportResult report = sampleReport();
    for (const ReportTable& table :
         {sinkTable(report), bosTable(report), wholeTable(report), profileTable(report, 0), profileTable(report, 1)}) {
      QCOMPARE(table.modelOf.size(), table.rows.size());
      for (const auto& row : table.rows) QCOMPARE(row.size(), table.columns.size());
    }
    QCOMPARE(profileTable(report, 1).rows.size(), std::size_t{3});
    QCOMPARE(profileTable(report, 0).columns.size(), std::size_t{11});
    const double rate = report.models[0].conditions[1].rateByLayer(1, 1);
    QCOMPARE(text(profileTable(report, 0).rows[1][7]), QString::number(rate, 'f', 3));
  }

  void csvHasTheNumbers() {
    const ReportResult report = sampleReport();
    const QStringList lines = text(reportCsv(report)).split('\n', Qt::SkipEmptyParts);
    const QStringList header = cellsOf(lines[0]);
    int rates = 0, layers = 0, published = 0;
    for (const QString& line : lines.mid(1)) {
      const QStringList cells = cellsOf(line);
      QCOMPARE(cells.size(), header.size());
      const auto cell = [&](const char* name) { return cells[header.indexOf(QLatin1String(name))]; };
      if (cell("source") != QLatin1String("measured")) {
        ++published;
        QVERIFY(cell("mean").toDouble() > 0.4 && cell("mean").toDouble() < 1.0);
        QCOMPARE(cell("tokens_max"), QStringLiteral("64"));
        continue;
      }
      const ModelReport& model = report.models[cell("model") == QLatin1String("tiny") ? 0 : 1];
      QCOMPARE(cell("model"), text(model.model.name));
      const ReportCondition& condition =
          model.conditions[cell("bos") == QLatin1String("true") ? 0 : model.conditions.size() - 1];
      const std::size_t e = cell("epsilon") == QLatin1String("0.8") ? 1 : 0;
      if (cell("measure") != QLatin1String("sink_rate")) continue;
      if (cell("layer").isEmpty()) {
        ++rates;
        QCOMPARE(cell("low").toDouble(), condition.rate[e].low);
        QCOMPARE(cell("high").toDouble(), condition.rate[e].high);
      } else {
        ++layers;
        QCOMPARE(cell("mean").toDouble(), condition.rateByLayer(e, cell("layer").toInt()));
        QVERIFY(cell("low").isEmpty());
      }
    }
    QCOMPARE(rates, 6);
    QCOMPARE(layers, 2 * (2 + 2 + 3));
    QCOMPARE(published, 7);
  }

  void htmlIsWellFormed() {
    const std::string html = reportHtml(sampleReport());
    QXmlStreamReader reader(QByteArray::fromStdString(html));
    QString words;
    int tables = 0, curves = 0;
    while (!reader.atEnd()) {
      reader.readNext();
      if (reader.isStartElement() && reader.name() == QLatin1String("table")) ++tables;
      if (reader.isStartElement() && reader.name() == QLatin1String("polyline")) ++curves;
      if (reader.isCharacters()) words += reader.text();
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QCOMPARE(tables, 4);
    QCOMPARE(curves, 5 * 3);
    QVERIFY(words.contains("a_b&c <50 %>") && words.contains("45.97"));
    for (const char* outside : {"src=", "href=", "url(", "@import"}) QVERIFY(html.find(outside) == std::string::npos);
  }

  /// What TeX reads as its own stands only where it is meant.
  void latexIsEscaped() {
    const std::string latex = reportLatex(sampleReport());
    const QStringList lines = text(latex).split('\n');
    QVERIFY(lines[0].startsWith('%'));
    int depth = 0, rows = 0;
    for (const QString& line : lines.mid(1)) {
      QString plain = line;
      plain.remove(QRegularExpression(R"(\\[%&#_{}$])"));
      QVERIFY2(!plain.contains('%') && !plain.contains('#'), qPrintable(line));
      QCOMPARE(plain.count('$') % 2, 0);
      depth += static_cast<int>(plain.count('{') - plain.count('}'));
      QVERIFY2(!plain.contains('<') && !plain.contains('_') == !plain.contains("\\alpha"), qPrintable(line));
      if (plain.endsWith(" \\\\")) ++rows;
    }
    QCOMPARE(depth, 0);
    QCOMPARE(rows, (2 + 10 + 2) + (2 + 3) + (2 + 2) + (2 + 3));
    QVERIFY(text(latex).contains("a\\_b\\&c \\textless{}50 \\%\\textgreater{} & 3 $\\times$ 4"));
    QCOMPARE(text(latex).count("\\toprule"), 4);
  }
};

QTEST_GUILESS_MAIN(TestReportTables)
#include "tst_report_tables.moc"
