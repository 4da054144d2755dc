#include "app/document.h"

#include <QSignalSpy>
#include <QTest>

using namespace sinkscope;
using Field = Document::Field;

class TestDocument : public QObject {
  Q_OBJECT

 private:
  static void type(Document& document, const QString& text) {
    document.edit(Field::Prompt, [&](Inputs& inputs) { inputs.prompt = text; });
  }

 private slots:
  void undoAndRedoPutValuesBack() {
    Document document{Inputs()};
    QSignalSpy changed(&document, &Document::changed);
    document.edit(Field::Bos, [](Inputs& inputs) { inputs.bos = false; });
    document.edit(Field::Epsilon, [](Inputs& inputs) { inputs.epsilon = 0.8; });
    QCOMPARE(changed.size(), 2);
    document.undoStack().undo();
    QCOMPARE(document.inputs().epsilon, 0.3);
    QCOMPARE(document.inputs().bos, false);
    document.undoStack().undo();
    QCOMPARE(document.inputs(), Inputs());
    document.undoStack().redo();
    document.undoStack().redo();
    QCOMPARE(document.inputs().epsilon, 0.8);
    QCOMPARE(changed.size(), 6);
  }

  void typingIsOneStepUntilThereIsAPause() {
    Document document{Inputs()};
    type(document, "a");
    type(document, "ab");
    type(document, "abc");
    QCOMPARE(document.undoStack().count(), 1);
    QTest::qWait(1100);
    type(document, "abcd");
    QCOMPARE(document.undoStack().count(), 2);
    document.undoStack().undo();
    QCOMPARE(document.inputs().prompt, QString("abc"));
    document.undoStack().undo();
    QCOMPARE(document.inputs().prompt, QString());
  }

  void switchesAreStepsOfTheirOwn() {
    Document document{Inputs()};
    document.edit(Field::Sorting, [](Inputs& inputs) { inputs.sorted = true; });
    document.edit(Field::Sorting, [](Inputs& inputs) { inputs.sorted = false; });
    QCOMPARE(document.undoStack().count(), 2);
    document.undoStack().undo();
    QVERIFY(document.inputs().sorted);
  }

  void nothingChangedIsNoStep() {
    Document document{Inputs()};
    QSignalSpy changed(&document, &Document::changed);
    document.edit(Field::Bos, [](Inputs& inputs) { inputs.bos = true; });
    QCOMPARE(document.undoStack().count(), 0);
    QCOMPARE(changed.size(), 0);
  }

  void replacingLeavesNoWayBack() {
    Document document{Inputs()};
    type(document, "typed");
    Inputs other;
    other.prompt = "of a run";
    document.replace(other);
    QVERIFY(!document.undoStack().canUndo());
    QCOMPARE(document.inputs(), other);
  }

  void aLookComesBack() {
    Inputs saved;
    saved.sorted = saved.logarithmic = saved.hideSink = true;
    saved.colourMap = ColourMap::Magma;
    Inputs read;
    applyLook(lookOf(saved), read);
    QCOMPARE(read, saved);
    for (const char* damaged : {"", "{", "[1]", R"({"sorted": 1, "colour_map": 7})"}) {
      applyLook(damaged, read);
      QCOMPARE(read, saved);
    }
  }

  void onlyTheQuestionAsksTheModelAgain() {
    const Inputs asked;
    Inputs viewed = asked;
    viewed.epsilon = 0.5;
    viewed.sorted = viewed.logarithmic = viewed.hideSink = viewed.compareBos = true;
    viewed.includeQuery0 = false;
    viewed.colourMap = ColourMap::Magma;
    QVERIFY(asked.sameQuestion(viewed));
    for (auto change : std::initializer_list<void (*)(Inputs&)>{
             [](Inputs& i) { i.model = "m"; }, [](Inputs& i) { i.prompt = "p"; }, [](Inputs& i) { i.bos = false; },
             [](Inputs& i) { i.tokenLimit = 1; }, [](Inputs& i) { i.device = "cuda"; }}) {
      Inputs other = asked;
      change(other);
      QVERIFY(!asked.sameQuestion(other));
    }
  }
};

QTEST_GUILESS_MAIN(TestDocument)
#include "tst_document.moc"
