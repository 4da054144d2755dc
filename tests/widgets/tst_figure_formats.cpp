#include <tiffio.h>
#include <zip.h>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <cmath>
#include <cstring>
#include <ctime>

#include "tests/widgets/figure_checks.h"
#include "tests/widgets/sample_figures.h"
#include "widgets/figure_caption.h"
#include "widgets/npz_file.h"
#include "widgets/tikz_parts.h"

using namespace sinkscope;
using namespace sinkscope::sample;

namespace {

constexpr int kKinds = 6;

/** One of every type, with where its numbers come from. */
FigureDrawing figureOf(int kind) {
  TokenFramesFigure frames = sampleFrames(20);
  frames.shown = {0, 6, 12};
  const FigureDrawing figures[kKinds] = {drawing(gridFigure(18, 4)),
                                         drawing(headFigure(30)),
                                         drawing(CurveFigure{sample::curves(3, true), kConventions}),
                                         drawing(ScatterFigure{sample::heads(72, false), kConventions}),
                                         drawing(layerMaps(12, 20, 2)),
                                         drawing(frames)};
  FigureDrawing figure = figures[kind];
  figure.facts = {{QStringLiteral("Run"), QStringLiteral("0123456789abcdef")},
                  {QStringLiteral("Created"), QStringLiteral("2026-01-02T03:04:05Z")},
                  {QStringLiteral("Model SHA-256"), QStringLiteral("beef & <co> model.gguf")}};
  return figure;
}

const char *const kNames[] = {"grid", "head", "curves", "scatter", "maps", "frames"};

/** What a program that checks files says of one; nothing where it isn't there. */
std::optional<QString> saidBy(const QString &program, const QStringList &arguments) {
  if (QStandardPaths::findExecutable(program).isEmpty()) return std::nullopt;
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start(program, arguments);
  if (!process.waitForFinished(120000)) return QStringLiteral("%1 did not end").arg(program);
  const QString said = QString::fromUtf8(process.readAll());
  return process.exitCode() == 0 ? said : QStringLiteral("FAILED ") + said;
}

/** A member of a zip file. */
QByteArray member(const QString &path, const char *name) {
  zip_t *archive = zip_open(path.toUtf8().constData(), ZIP_RDONLY, nullptr);
  if (!archive) return {};
  QByteArray bytes;
  if (zip_file_t *file = zip_fopen(archive, name, 0)) {
    char part[4096];
    for (zip_int64_t read = 0; (read = zip_fread(file, part, sizeof part)) > 0;) bytes.append(part, read);
    zip_fclose(file);
  }
  zip_close(archive);
  return bytes;
}

}  // namespace

/** The files that figures become, checked by programs that are not ours. */
class TestFigureFormats : public QObject {
  Q_OBJECT

 private slots:
  void sameBytes_data() {
    QTest::addColumn<QString>("format");
    for (const char *format : {"pdf", "svg", "png", "tiff", "tex"}) QTest::newRow(format) << QString(format);
  }
  void sameBytes() {
    QFETCH(QString, format);
    for (int kind = 0; kind < kKinds; ++kind) {
      exportFigure(figureOf(kind), {}, path("first." + format), 100);
      if (kind == 0 && format == QLatin1String("pdf")) QTest::qSleep(1100);  // the clock's second is another
      exportFigure(figureOf(kind), {}, path("second." + format), 100);
      QVERIFY(contentOf(path("first." + format)).size() > 1000);
      QVERIFY2(contentOf(path("first." + format)) == contentOf(path("second." + format)), kNames[kind]);
    }
  }

  void pdfKnowsNoTimeZone() {
    const QByteArray home = qgetenv("TZ");
    const auto inZone = [this](const char *zone) {
      qputenv("TZ", zone);
      tzset();
      exportFigure(figureOf(0), {}, path("zone.pdf"));
      return contentOf(path("zone.pdf"));
    };
    const QByteArray utc = inZone("UTC"), tokyo = inZone("Asia/Tokyo");
    const auto check = saidBy("qpdf", {"--check", path("zone.pdf")});
    home.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", home);
    tzset();
    QVERIFY(utc == tokyo);
    if (!check) QSKIP("qpdf is not here.");
    QVERIFY2(check->contains("No syntax or stream encoding errors"), qPrintable(*check));
  }

  void filesSayWhereTheirNumbersComeFrom() {
    FigureStyle style;
    style.widthMm = 84;
    for (const char *format : {"pdf", "svg"}) {
      exportFigure(figureOf(0), style, path(QStringLiteral("origin.") + format));
      const QByteArray bytes = contentOf(path(QStringLiteral("origin.") + format));
      QVERIFY(bytes.contains("<sinkscope:Run>0123456789abcdef</sinkscope:Run>"));
      QVERIFY(bytes.contains("<sinkscope:ModelSHA256>beef &amp; &lt;co&gt; model.gguf</sinkscope:ModelSHA256>"));
      QVERIFY(bytes.contains("&quot;widthMm&quot;:84"));
    }
    QVERIFY(contentOf(path("origin.pdf")).contains("/CreationDate (D:20260102030405"));
    exportFigure(figureOf(0), style, path("origin.png"), 72);
    QCOMPARE(QImage(path("origin.png")).text("Run"), QStringLiteral("0123456789abcdef"));
    exportFigure(figureOf(0), style, path("origin.tex"));
    QVERIFY(contentOf(path("origin.tex")).startsWith("% "));
    QVERIFY(contentOf(path("origin.tex")).contains("% Run: 0123456789abcdef\n"));
    const QStringList captions = writeCaption(figureOf(0), style, path("origin.pdf"));
    QCOMPARE(captions, (QStringList{path("origin.txt"), path("origin.caption.tex")}));
    QVERIFY(contentOf(captions[0]).contains("Model SHA-256: beef & <co> model.gguf\n"));
    QVERIFY(contentOf(captions[0]).contains("uniform baseline 0.074"));
    QVERIFY(contentOf(captions[1]).startsWith("\\caption{\\textbf{"));
    QVERIFY(contentOf(captions[1]).contains("alpha\\_0 \\textgreater{} eps = 0.3"));
  }

  void pdfIsSound_data() { kinds(); }
  void pdfIsSound() {
    QFETCH(int, kind);
    exportFigure(figureOf(kind), {}, path("sound.pdf"));
    const auto fonts = saidBy("pdffonts", {path("sound.pdf")});
    const auto check = saidBy("qpdf", {"--check", path("sound.pdf")});
    const auto text = saidBy("pdftotext", {path("sound.pdf"), "-"});
    if (!fonts || !check || !text) QSKIP("pdffonts, pdftotext (poppler-utils) and qpdf are not all here.");
    const QStringList lines = fonts->split('\n', Qt::SkipEmptyParts).mid(2);
    QVERIFY2(!lines.isEmpty(), qPrintable(*fonts));
    for (const QString &line : lines) {
      QVERIFY2(!line.contains("Type 3"), qPrintable(line));
      QVERIFY2(line.contains("CID TrueType") || line.contains("CID Type 0C"), qPrintable(line));
      const QStringList words = line.simplified().split(' ');
      const qsizetype encoding = words.indexOf("Identity-H");
      // Embedded, and with a way back to Unicode.
      QVERIFY2(encoding > 0 && words[encoding + 1] == "yes" && words[encoding + 3] == "yes", qPrintable(line));
    }
    QVERIFY2(check->contains("No syntax or stream encoding errors"), qPrintable(*check));
    const char *const inside[] = {"layer", "query", "measure 2", "working", "relative change", "internationalization"};
    QVERIFY2(text->contains(inside[kind]), qPrintable(*text));
  }

  void svgIsSound_data() { kinds(); }
  void svgIsSound() {
    QFETCH(int, kind);
    exportFigure(figureOf(kind), {}, path("sound.svg"));
    const QByteArray svg = contentOf(path("sound.svg"));
    QXmlStreamReader reader(svg);
    int texts = 0;
    QString sheet;
    while (!reader.atEnd()) {
      if (reader.readNext() != QXmlStreamReader::StartElement) continue;
      texts += reader.name() == QLatin1String("text");
      if (reader.name() == QLatin1String("style")) sheet = reader.readElementText();
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QVERIFY(texts > 3);
    // Its letters, and no others: a whole font would be several times as large.
    QVERIFY(sheet.contains("@font-face{font-family:'"));
    QVERIFY(svg.contains("font-family=\"" + sheet.section('\'', 1, 1).toUtf8()));
    const QByteArray font =
        QByteArray::fromBase64(sheet.section(QStringLiteral("base64,"), 1).section(')', 0, 0).toLatin1());
    QVERIFY2(font.size() > 1000 && font.size() < 60000, QByteArray::number(font.size()).constData());
    QVERIFY(font.startsWith(QByteArray("\0\1\0\0", 4)) || font.startsWith("OTTO"));
    const auto checked = saidBy("xmllint", {"--noout", path("sound.svg")});
    if (!checked) QSKIP("xmllint is not here; Qt has read the file.");
    QCOMPARE(*checked, QString());
  }

  void tiffIsThePicture() {
    FigureStyle style;
    style.widthMm = 50.8;
    exportFigure(figureOf(1), style, path("picture.tiff"), 150);
    const QImage expected = renderFigure(figureOf(1), style, 150).convertToFormat(QImage::Format_RGB888);
    TIFF *tiff = TIFFOpen(path("picture.tiff").toUtf8().constData(), "r");
    QVERIFY(tiff);
    uint32_t width = 0, height = 0;
    float dpi = 0;
    char *description = nullptr;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &dpi);
    TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &description);
    QCOMPARE(QSize(static_cast<int>(width), static_cast<int>(height)), expected.size());
    QCOMPARE(dpi, 150.0F);
    QVERIFY(QByteArray(description).contains("Run: 0123456789abcdef"));
    QByteArray line(static_cast<qsizetype>(TIFFScanlineSize(tiff)), 0);
    for (uint32_t row = 0; row < height; ++row) {
      QCOMPARE(TIFFReadScanline(tiff, line.data(), row, 0), 1);
      QVERIFY(std::memcmp(line.constData(), expected.constScanLine(static_cast<int>(row)), 3 * width) == 0);
    }
    TIFFClose(tiff);
  }

  void arraysAreNumPys() {
    const GridFigure grid = gridFigure(3, 2);
    writeNpz(path("grid.npz"), arraysOf(grid));
    const QByteArray share = member(path("grid.npz"), "share.npy");
    QVERIFY(share.startsWith(QByteArray("\x93NUMPY\1\0", 8)));
    QVERIFY(share.contains("{'descr': '<f8', 'fortran_order': False, 'shape': (3,2,), }"));
    const qsizetype begin = 10 + static_cast<quint8>(share[8]) + 256 * static_cast<quint8>(share[9]);
    QCOMPARE(begin % 64, 0);
    QCOMPARE(share.size(), begin + 6 * 8);
    for (int i = 0; i < 6; ++i) {
      double value = 0;
      std::memcpy(&value, share.constData() + begin + 8 * i, 8);
      QCOMPARE(value, static_cast<double>(grid.shares.values[static_cast<std::size_t>(i)]));
    }
    writeNpz(path("head.npz"), arraysOf(headFigure(13)));
    const QByteArray tokens = member(path("head.npz"), "token.npy");
    QVERIFY2(tokens.contains("'<U21', 'fortran_order': False, 'shape': (13,)"), tokens.left(80).constData());
    QCOMPARE(QString::fromUcs4(reinterpret_cast<const char32_t *>(tokens.right(13 * 21 * 4).constData()), 5),
             QStringLiteral("<bos>"));
    for (const char *name : {"attention.npy", "query.npy", "key.npy", "output_norm.npy"})
      QVERIFY2(!member(path("head.npz"), name).isEmpty(), name);
    writeNpz(path("again.npz"), arraysOf(headFigure(13)));
    QCOMPARE(contentOf(path("again.npz")), contentOf(path("head.npz")));
  }

  void texIsSetByTex_data() { kinds(); }
  void texIsSetByTex() {
    QFETCH(int, kind);
    exportFigure(figureOf(kind), {}, path("figure.tex"));
    QFile main(path("main.tex"));
    QVERIFY(main.open(QIODevice::WriteOnly));
    main.write(
        "\\documentclass{article}\n\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.18}\n"
        "\\usepgfplotslibrary{groupplots}\n\\begin{document}\n\\input{figure.tex}\n\\end{document}\n");
    main.close();
    const auto said = saidBy("lualatex", {"-interaction=nonstopmode", "-halt-on-error",
                                          "-output-directory=" + folder_.path(), path("main.tex")});
    if (!said) QSKIP("lualatex is not here: the source was written, but not set.");
    if (said->contains("pgfplots.sty' not found")) QSKIP("pgfplots is not here: the source was written, but not set.");
    QVERIFY2(!said->startsWith("FAILED"), qPrintable(said->right(2000)));
  }

  void texSaysItsNumbers() {
    FigureStyle style;
    const QString curves = figureOf(2).tikz(style);
    QVERIFY(curves.contains("\\addlegendentry{measure 1}"));
    QVERIFY(curves.contains("(19,"));
    QVERIFY(curves.contains("ymode=log"));
    style.legend = LegendPlace::None;
    QVERIFY(!figureOf(2).tikz(style).contains("\\addlegendentry"));
    const QString grid = figureOf(0).tikz(style);
    QCOMPARE(grid.count(QLatin1Char('[')) - grid.count(QStringLiteral("=[")) > 72, true);
    style.crop.layers = {4, 5};
    QCOMPARE(figureOf(0).tikz(style).count(QStringLiteral(")[")), 8);  // two layers of four heads
    QCOMPARE(tikz::text(QStringLiteral("a_b 50% ‖W_O v‖ α₀\n")),
             QStringLiteral("a\\_b 50\\% $\\Vert W_O v\\Vert$ \\ensuremath{\\alpha}\\ensuremath{_0} "));
    try {
      drawing(gridFigure(200, 200)).tikz({});
      QFAIL("so many cells are too many for TeX");
    } catch (const std::runtime_error &error) {
      QVERIFY(QByteArray(error.what()).contains("40000 cells"));
    }
  }

 private:
  void kinds() {
    QTest::addColumn<int>("kind");
    for (int kind = 0; kind < kKinds; ++kind) QTest::newRow(kNames[kind]) << kind;
  }
  QString path(const QString &name) const { return folder_.filePath(name); }

  QTemporaryDir folder_;
};

QTEST_MAIN(TestFigureFormats)
#include "tst_figure_formats.moc"
