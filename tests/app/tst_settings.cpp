#include "app/settings.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestSettings : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  QString ini(const QString& name) const { return folder_.filePath(name + ".ini"); }

 private slots:
  void theFirstStartHasTheDemoPrompt() {
    const Inputs inputs = Settings(ini("first")).inputs();
    QCOMPARE(inputs.prompt, demoPrompt());
    QVERIFY(inputs.model.isEmpty());
    QVERIFY(inputs.bos);
    QCOMPARE(inputs.epsilon, 0.3);
    QCOMPARE(inputs.tokenLimit, 64);
  }

  void inputsComeBack() {
    Inputs inputs;
    inputs.model = "/models/a b.gguf";
    inputs.prompt = "tab\there, \"quotes\"; ünïcödé\nsecond line";
    inputs.bos = false;
    inputs.tokenLimit = 0;
    inputs.epsilon = 0.812345;
    inputs.includeQuery0 = false;
    inputs.sorted = inputs.logarithmic = inputs.hideSink = true;
    inputs.colourMap = ColourMap::Magma;
    inputs.everyPosition = true;
    inputs.sweepDraws = 7;
    inputs.sweepSeed = 0;
    Settings(ini("inputs")).setInputs(inputs);
    QCOMPARE(Settings(ini("inputs")).inputs(), inputs);
  }

  void nonsenseInTheFileIsMended() {
    QFile file(ini("nonsense"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[inputs]\nepsilon=7\ntokenLimit=-3\ncolourMap=puce\n[window]\nzoom=1000\n");
    file.close();
    const Settings settings(ini("nonsense"));
    QCOMPARE(settings.inputs().epsilon, 1.0);
    QCOMPARE(settings.inputs().tokenLimit, 0);
    QCOMPARE(settings.inputs().colourMap, ColourMap::Viridis);
    QCOMPARE(settings.zoom(), 3.0);
  }

  void recentFilesAreNewestFirstAndExist() {
    Settings settings(ini("recent"));
    QStringList paths;
    for (int i = 0; i < 10; ++i) {
      paths << folder_.filePath(QString("run%1.h5").arg(i));
      QFile file(paths.last());
      QVERIFY(file.open(QIODevice::WriteOnly));
      settings.addRecentRun(paths.last());
    }
    settings.addRecentRun(paths[5]);
    QCOMPARE(settings.recentRuns().size(), 8);
    QCOMPARE(settings.recentRuns().mid(0, 2), (QStringList{paths[5], paths[9]}));
    QVERIFY(QFile::remove(paths[9]));
    QVERIFY(!settings.recentRuns().contains(paths[9]));
    QVERIFY(settings.recentModels().isEmpty());
  }

  void schemeAndFigureStyleComeBack() {
    {
      Settings settings(ini("style"));
      settings.setScheme(Scheme::Dark);
      FigureStyle style;
      style.widthMm = 82.6;
      style.fontPt = 6.5;
      style.conventions = false;
      settings.setFigureStyle(style);
      settings.setDpi(600);
    }
    const Settings settings(ini("style"));
    QCOMPARE(settings.scheme(), Scheme::Dark);
    QCOMPARE(settings.figureStyle().widthMm, 82.6);
    QCOMPARE(settings.figureStyle().fontPt, 6.5);
    QCOMPARE(settings.figureStyle().conventions, false);
    QCOMPARE(settings.dpi(), 600.0);
  }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
