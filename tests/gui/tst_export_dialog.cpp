#include "app/export_dialog.h"
#include "app/figure_style_form.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/animation.h"
#include "widgets/figure.h"

#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QMimeData>

using namespace sinkscope;

/// The dialog that writes figures, on the window's own.
class TestExportDialog : public QObject {
  Q_OBJECT

  TinyFolder model_;
  WindowFixture f_;

  static QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  std::unique_ptr<ExportDialog> dialog() {
    auto made = std::make_unique<ExportDialog>(f_.page()->figures(), f_.settings, ColourMap::Viridis);
    made->show();
    return made;
  }
  /// The box of that accessible name.
  template <typename T>
  static T* named(QWidget& in, const char* name) {
    for (T* widget : in.findChildren<T*>())
      if (widget->accessibleName() == QLatin1String(name)) return widget;
    return nullptr;
  }

 private slots:
  void initTestCase() { QVERIFY(f_.open(model_.path())); }

  void stylesAreKeptUnderNames() {
    {
      const auto first = dialog();
      FigureStyle style = first->form()->style();
      style.widthMm = 84;
      style.fontPt = 7;
      style.legend = LegendPlace::Right;
      style.title = "Its own";
      style.crop.layers = {1, 2};
      first->form()->setStyle(style);
      first->keepPreset("My paper / 1");
    }
    const auto second = dialog();
    FigureStyle other = second->form()->style();
    other.widthMm = 171.5;
    other.title = "Another";
    second->form()->setStyle(other);
    second->usePreset("My paper / 1");
    const FigureStyle used = second->form()->style();
    QCOMPARE(used.widthMm, 84.0);
    QCOMPARE(used.fontPt, 7.0);
    QCOMPARE(used.legend, LegendPlace::Right);
    QCOMPARE(used.title, QString("Another"));  // title and part are the figure's
    QVERIFY(used.crop.whole());
    f_.settings.setFigurePreset("My paper / 1", {});
    QVERIFY(f_.settings.figurePresets().isEmpty());
  }

  void lengthsAreTheSameInInches() {
    const auto shown = dialog();
    FigureStyle style = shown->form()->style();
    style.widthMm = 82.6;
    style.aspect = 0.5;
    shown->form()->setStyle(style);
    QCOMPARE(named<QComboBox>(*shown, "Column")->currentText(), QString("ICML column, 82.6 mm"));
    named<QComboBox>(*shown, "Unit of width and height")->setCurrentIndex(1);
    QVERIFY(std::abs(named<QDoubleSpinBox>(*shown, "Width")->value() - 3.252) < 1e-3);
    QVERIFY(std::abs(shown->form()->style().widthMm - 82.6) < 0.02);
    QVERIFY(std::abs(shown->form()->style().aspect - 0.5) < 1e-3);
  }

  void partsAreTyped() {
    const auto shown = dialog();
    auto* layers = named<RangeEdit>(*shown, "Layers");
    QVERIFY(layers);
    layers->setText("1-2");
    QCOMPARE(shown->form()->style().crop.layers, (FigureRange{1, 2}));
    layers->setText("2-1");
    QVERIFY(shown->form()->style().crop.whole());  // no range: all
    layers->setText("1");
    const QString csv = f_.folder.filePath("part.csv");
    QVERIFY(shown->writeTo(csv));
    QCOMPARE(contentOf(csv).count('\n'), 1 + 6);  // a line for the header, then the six heads of the layer
  }

  void allFiguresAreWritten() {
    const auto shown = dialog();
    const QString folder = f_.folder.filePath("all");
    QVERIFY(shown->writeAllTo(folder));
    const std::vector<PageFigure> figures = f_.page()->figures();
    QVERIFY(figures.size() > 1);
    for (const PageFigure& figure : figures)
      QVERIFY2(contentOf(folder + '/' + figure.name + ".pdf").startsWith("%PDF-"), qPrintable(figure.name));
  }

  void figuresAreCopied() {
    const auto shown = dialog();
    shown->copyImage();
    QVERIFY(QGuiApplication::clipboard()->image().width() > 500);
    shown->copySvg();
    QVERIFY(QGuiApplication::clipboard()->mimeData()->data("image/svg+xml").contains("<svg "));
    shown->copyTable();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("layer,head,share\n0,0,"));
  }

  void aPreviewMovesWhereThingsMay() {
    std::vector<PageFigure> figures = f_.page()->figures();
    QVERIFY(figures.size() > 1);
    figures.front().frames = {figures[0].drawing, figures[1].drawing};
    for (const bool animated : {true, false}) {
      f_.appearance.apply(Scheme::Light, 1.0, animated);
      ExportDialog shown(figures, f_.settings, ColourMap::Viridis);
      shown.show();
      for (QComboBox* box : shown.findChildren<QComboBox*>()) box->setCurrentText("gif");  // only one has it
      auto* preview = named<QLabel>(shown, "Preview of the figure");
      const auto isFrame = [&](int frame) {
        const QSizeF size = figureSize(figures[0].frames[frame], shown.form()->style());
        const QSizeF drawn = preview->pixmap(Qt::ReturnByValue).size();
        return std::abs(size.height() / size.width() - drawn.height() / drawn.width()) < 0.01;
      };
      QVERIFY(QTest::qWaitFor([&] { return isFrame(1); }, WindowFixture::kPatienceMs));
      if (animated) {
        QVERIFY(QTest::qWaitFor([&] { return isFrame(0); }, WindowFixture::kPatienceMs));
      } else {
        QVERIFY(!QTest::qWaitFor([&] { return isFrame(0); }, 3 * kFrameMs));
      }
    }
    f_.appearance.apply(Scheme::Desktop, 1.0);
  }

  void captionsAreWrittenBeside() {
    const auto shown = dialog();
    for (QCheckBox* box : shown->findChildren<QCheckBox*>())
      if (box->text().contains("caption")) box->setChecked(true);
    QVERIFY(shown->writeTo(f_.folder.filePath("with.pdf")));
    QVERIFY(contentOf(f_.folder.filePath("with.txt")).contains("Model SHA-256: "));
    QVERIFY(contentOf(f_.folder.filePath("with.caption.tex")).startsWith("\\caption{"));
    QVERIFY(dialog()->findChildren<QCheckBox*>().size() > 1);
    QVERIFY(f_.settings.figureCaption());  // is remembered
  }
};

QTEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
