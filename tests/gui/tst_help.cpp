#include "app/guide/guide.h"
#include "app/guide/help_pane.h"
#include "app/guide/help_topics.h"
#include "app/guide/page_hint.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/heads_page.h"
#include "app/pages/runs_page.h"
#include "app/pages/train_page.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QDir>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QRegularExpression>
#include <QTextBrowser>
#include <algorithm>
#include <set>

using namespace sinkscope;

namespace {

const QDir kRoot(QStringLiteral(SINKSCOPE_TEST_DATA "/../.."));

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool isTopic(const QString& name) {
  return std::ranges::any_of(helpTopics(), [&](const HelpTopic& topic) { return topic.name == name; });
}

/// A window without a model, with its help open on a topic.
struct Help : WindowFixture {
  Help() {
    window = std::make_unique<Window>(settings, appearance);
    window->resize(1280, 760);
    window->show();
  }
  Guide& guide() const { return *window->guide(); }
  HelpPane& pane() const { return *guide().help(); }
  QString shown() const { return pane().browser()->toPlainText(); }
};

}  // namespace

class TestHelp : public QObject {
  Q_OBJECT

 private slots:
  void everyTextIsInTheContents() {
    const QStringList files = QDir(kRoot.filePath("resources/help")).entryList({"*.md"}, QDir::Files);
    QCOMPARE(files.size(), static_cast<qsizetype>(helpTopics().size()) + 1);  // and the contents
    for (const HelpTopic& topic : helpTopics()) {
      QVERIFY2(files.contains(topic.name + ".md"), qPrintable(topic.name));
      QVERIFY2(!topic.title.isEmpty() && topic.text.startsWith("# " + topic.title), qPrintable(topic.name));
      for (const char* part : {"\n## Where to see it\n", "\n## Source\n"})
        QVERIFY2(topic.text.contains(QLatin1String(part)), qPrintable(topic.name + part));
    }
  }

  void linksLeadToTopics() {
    static const QRegularExpression link(R"(\]\(([^)]+)\))");
    for (const HelpTopic& topic : helpTopics()) {
      auto links = link.globalMatch(topic.text);
      while (links.hasNext()) {
        const QString to = links.next().captured(1);
        QVERIFY2(to.startsWith("https://") || (to.endsWith(".md") && isTopic(to.chopped(3))),
                 qPrintable(topic.name + ": " + to));
      }
    }
  }

  void theDocumentIsWhatTheTopicsGive() {
    QTemporaryDir folder;
    const QString made = folder.filePath("measures.md");
    QCOMPARE(QProcess::execute("cmake", {"-DOUTPUT=" + made, "-P", kRoot.filePath("cmake/measures.cmake")}), 0);
    QVERIFY(contentOf(made).contains("## Sink rate"));
    QVERIFY2(contentOf(made) == contentOf(kRoot.filePath("docs/measures.md")),
             "docs/measures.md is old: cmake -P cmake/measures.cmake makes it anew");
  }

  void everyPageHasATopic() {
    Help f;
    std::set<QString> topics;
    for (const Page* page : f.window->findChildren<Page*>()) {
      const PageGuide& guide = guideOf(*page);
      QVERIFY2(*guide.page != 0, page->metaObject()->className());
      QVERIFY2(isTopic(guide.topic), guide.topic);
      topics.insert(guide.topic);
    }
    QVERIFY(topics.size() > 8);
  }

  /// A hint that says what to press names a button of its page.
  void hintsNameButtonsThatAreThere() {
    Help f;
    static const QRegularExpression pressed(QStringLiteral("press ([^.]+)\\."));
    int named = 0;
    for (const Page* page : f.window->findChildren<Page*>()) {
      const QString wanted = pressed.match(guideOf(*page).hint).captured(1);
      if (wanted.isEmpty()) continue;
      ++named;
      const auto buttons = page->findChildren<QAbstractButton*>();
      const auto isIt = [&](const QAbstractButton* button) { return button->text().remove('&') == wanted; };
      QVERIFY2(std::ranges::any_of(buttons, isIt),
               qPrintable(QString(page->metaObject()->className()) + ": " + wanted));
    }
    QCOMPARE(named, 4);
  }

  void helpOpensOnThePageThatIsShown() {
    Help f;
    QVERIFY(!f.guide().help());
    f.window->turnTo(f.window->trainPage());
    f.find<QToolButton>("whatIsThis")->click();
    QVERIFY(f.pane().isVisible());
    QCOMPARE(f.pane().topic(), "training");
    QVERIFY(f.shown().contains("Training measures"));
    f.find<QToolButton>("whatIsThis")->click();  // the same again closes it
    QVERIFY(!f.pane().isVisible());
    f.window->turnTo(f.window->runsPage());
    f.find<QToolButton>("whatIsThis")->click();
    QCOMPARE(f.pane().topic(), "conventions");
  }

  void linksAreFollowedAndBackLeadsBack() {
    Help f;
    f.guide().showHelp("no-op-heads");
    f.pane().browser()->setSource(QUrl("sink-share.md"));  // as a click on it does
    QCOMPARE(f.pane().topic(), "sink-share");
    QVERIFY(f.shown().contains("harmonic number"));
    f.pane().browser()->backward();
    QCOMPARE(f.pane().topic(), "no-op-heads");
  }

  void searchLooksIntoTitlesThenTexts() {
    Help f;
    f.guide().showHelp("contents");
    f.pane().search()->setText("sink rate");
    QListWidget* found = f.pane().found();
    QVERIFY(found->isVisible());
    QVERIFY(found->count() > 1);
    QCOMPARE(found->item(0)->text(), "Sink rate");
    f.pane().search()->setText("hutchinson apostrophes");
    QCOMPARE(found->count(), 1);
    QVERIFY(found->item(0)->flags() == Qt::NoItemFlags);
    f.pane().search()->setText("apostrophes");
    QCOMPARE(found->count(), 1);
    QTest::keyClick(f.pane().search(), Qt::Key_Return);
    QCOMPARE(f.pane().topic(), "no-op-heads");
    QVERIFY(f.pane().browser()->isVisible());
    QCOMPARE(f.pane().browser()->extraSelections().size(), 1);
  }

  void aHintStandsUntilThereIsAResult() {
    WindowFixture f;
    f.window = std::make_unique<Window>(f.settings, f.appearance);
    f.window->resize(1024, 700);
    f.window->show();
    f.window->openRun(QStringLiteral(SINKSCOPE_TEST_DATA "/../../resources/runs/tour/sink.h5"));
    QVERIFY(QTest::qWaitFor([&] { return f.page()->hasResult(); }, f.kPatienceMs));
    Page* collapse = f.window->collapseTabs()->pages().at(2);  // asks only when it is told to
    f.window->turnTo(collapse);
    auto* hint = collapse->findChild<PageHint*>();
    QVERIFY(hint && hint->isVisible());
    QVERIFY(collapse->rect().contains(hint->geometry()));
    f.window->openRun(QStringLiteral(SINKSCOPE_TEST_DATA "/../../resources/runs/tour/heads.h5"));
    QVERIFY(QTest::qWaitFor([&] { return collapse->hasResult(); }, f.kPatienceMs));
    QVERIFY(!hint->isVisible());
  }
};

QTEST_MAIN(TestHelp)
#include "tst_help.moc"
