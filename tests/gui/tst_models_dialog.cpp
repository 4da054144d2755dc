#include "app/model_table.h"
#include "app/models_dialog.h"
#include "core/analysis/explore.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "tests/model/fake_caches.h"

#include <QAbstractItemModelTester>
#include <QDropEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>

using namespace sinkscope;
using gguf_bytes::entry;

namespace {

/// A home with a model of every program, and the dialog that lists them.
struct DialogFixture {
  FakeHome home;
  Settings settings{home.path("settings.ini")};
  ModelsDialog dialog{settings};
  QSignalSpy chosen{&dialog, &ModelsDialog::chosen};

  DialogFixture() {
    home.putTinyInHub("org/tiny", "aaa", "llama-gqa");
    home.putTinyInHub("org/half", "aaa", "llama-gqa", {"model.safetensors"});
    home.write(".lmstudio/models/p/m/file.gguf", gguf_bytes::llamaFile(gguf_bytes::smallLlama()));
    home.putInOllama(".ollama/models", "registry.ollama.ai/library/small/latest",
                     gguf_bytes::llamaFile(gguf_bytes::smallLlama()));
    home.write("mine/bloom.gguf", gguf_bytes::file({entry("general.architecture", "bloom")}, {}));
  }

  bool look() {
    dialog.show();
    dialog.look();
    return looked();
  }
  bool looked() {
    return QTest::qWaitFor([this] { return !dialog.isLooking(); }, WindowFixture::kPatienceMs);
  }
  template <typename T>
  T* find(const char* name) {
    return dialog.findChild<T*>(QString::fromLatin1(name));
  }
  QAbstractItemModel* rows() { return dialog.view()->model(); }
  QString cell(int row, int column) { return rows()->index(row, column).data().toString(); }
  QStringList column(int column) {
    QStringList cells;
    for (int row = 0; row < rows()->rowCount(); ++row) cells << cell(row, column);
    return cells;
  }
  /// Makes the row of that name the current one.
  QModelIndex select(const QString& name) {
    const int row = static_cast<int>(column(ModelTable::Name).indexOf(name));
    dialog.view()->selectRow(row);
    return rows()->index(row, ModelTable::Name);
  }
  QString label(const char* name) { return find<QLabel>(name)->text(); }
  QString notice() { return find<QLabel>("noticeText")->isVisible() ? label("noticeText") : QString(); }
  QString snapshot() const { return home.path(FakeHome::hub("org/tiny") + "/snapshots/aaa"); }
};

}  // namespace

class TestModelsDialog : public QObject {
  Q_OBJECT

 private slots:
  void rowsComeAndAreComplete() {
    DialogFixture f;
    QAbstractItemModelTester source(const_cast<ModelTable*>(f.dialog.table()),
                                    QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester sorted(f.rows(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(f.look());
    QCOMPARE(f.column(ModelTable::Name), (QStringList{"built-in", "org/half", "org/tiny", "p/m/file", "small:latest"}));
    QCOMPARE(f.column(ModelTable::Source),
             (QStringList{"Sinkscope", "Hugging Face", "Hugging Face", "LM Studio", "Ollama"}));
    QCOMPARE(f.column(ModelTable::Status), (QStringList{"fits", "incomplete", "fits", "fits", "fits"}));
    const int tiny = 2;
    QCOMPARE(f.cell(tiny, ModelTable::Family), QString("llama"));
    QCOMPARE(f.cell(tiny, ModelTable::Size), QString("35.6 k"));
    QCOMPARE(f.cell(tiny, ModelTable::Type), QString("F32"));
    QCOMPARE(f.cell(tiny, ModelTable::Context), QString("64"));
    QCOMPARE(f.cell(tiny, ModelTable::Memory), QString("139 KiB"));
    QVERIFY2(f.label("modelsState").startsWith("5 models, 4 of them can be opened"),
             qPrintable(f.label("modelsState")));
    // Numbers are sorted as such.
    f.dialog.view()->sortByColumn(ModelTable::Context, Qt::DescendingOrder);
    QCOMPARE(f.column(ModelTable::Context).mid(0, 2), (QStringList{"128", "64"}));
    // A second look tells of everything anew, and once.
    f.dialog.look();
    QVERIFY(f.look());
    QCOMPARE(f.rows()->rowCount(), 5);
  }

  void theFilterLooksAtEveryColumn() {
    DialogFixture f;
    QVERIFY(f.look());
    f.find<QLineEdit>("filterModels")->setText("OLLAMA");
    QCOMPARE(f.column(ModelTable::Name), QStringList{"small:latest"});
    f.find<QLineEdit>("filterModels")->setText("nothing like it");
    QCOMPARE(f.rows()->rowCount(), 0);
    QVERIFY(f.find<QLabel>("noModels")->isVisible());
    QVERIFY(f.label("noModels").contains("nothing like it"));
    f.find<QLineEdit>("filterModels")->clear();
    QCOMPARE(f.rows()->rowCount(), 5);
    QVERIFY(!f.find<QLabel>("noModels")->isVisible());
  }

  void doubleClickAndEnterOpen() {
    DialogFixture f;
    QVERIFY(f.look());
    const QModelIndex tiny = f.select("org/tiny");
    QCOMPARE(f.label("aboutModel"), f.snapshot());
    const QPoint place = f.dialog.view()->visualRect(tiny).center();
    QTest::mouseClick(f.dialog.view()->viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(f.dialog.view()->viewport(), Qt::LeftButton, {}, place);
    QCOMPARE(f.chosen.size(), 1);
    QCOMPARE(f.chosen[0][0].toString(), f.snapshot());
    QVERIFY(!f.dialog.isVisible());
    f.dialog.show();
    f.select("p/m/file");
    QTest::keyClick(f.dialog.view(), Qt::Key_Return);
    QCOMPARE(f.chosen.size(), 2);
    QCOMPARE(f.chosen[1][0].toString(), f.home.path(".lmstudio/models/p/m/file.gguf"));
  }

  void whatCannotBeOpenedSaysWhy() {
    DialogFixture f;
    QVERIFY(f.look());
    f.select("org/half");
    QVERIFY(f.label("aboutModel").contains("'hf download org/half'"));
    f.find<QPushButton>("openModel")->click();
    QVERIFY(f.chosen.isEmpty() && f.dialog.isVisible());
    QVERIFY2(f.notice().contains("'hf download org/half'"), qPrintable(f.notice()));
  }

  void pathsAndNamesAreOpened() {
    DialogFixture f;
    auto* path = f.find<QLineEdit>("modelPath");
    QVERIFY(!f.find<QPushButton>("openModel")->isEnabled());
    // While it is still looked for.
    f.dialog.show();
    f.dialog.look();
    path->setText("org/tiny");
    QTest::keyClick(path, Qt::Key_Return);
    QVERIFY(f.looked());
    QCOMPARE(f.chosen.size(), 1);
    QCOMPARE(f.chosen[0][0].toString(), f.snapshot());
    f.dialog.show();
    path->setText("small");
    f.find<QPushButton>("openModel")->click();
    QCOMPARE(f.chosen.size(), 2);
    QVERIFY(f.chosen[1][0].toString().contains("/blobs/sha256-"));
    f.dialog.show();
    path->setText(f.home.path("mine/bloom.gguf"));
    f.find<QPushButton>("openModel")->click();
    QCOMPARE(f.chosen.size(), 3);  // why it cannot be opened is said where it is
    QCOMPARE(f.chosen[2][0].toString(), f.home.path("mine/bloom.gguf"));
    f.dialog.show();
    path->setText("no/such");
    f.find<QPushButton>("openModel")->click();
    QCOMPARE(f.chosen.size(), 3);
    QVERIFY2(f.notice().contains("'no/such'") && f.notice().contains(f.home.path(".lmstudio/models")),
             qPrintable(f.notice()));
    QCOMPARE(path->text(), QString("no/such"));
  }

  void addedFoldersAreRemembered() {
    DialogFixture f;
    QVERIFY(f.look());
    QVERIFY(!f.find<QPushButton>("removeModelFolder")->isEnabled());
    f.dialog.addFolder(f.home.path("mine"));
    f.dialog.addFolder(f.home.path("mine"));
    QVERIFY(f.looked());
    QCOMPARE(f.column(ModelTable::Name).filter("bloom"), QStringList{"bloom"});
    QCOMPARE(f.cell(f.select("bloom").row(), ModelTable::Status), QString("not supported: bloom"));
    QCOMPARE(addedModelFolders(), std::vector<std::filesystem::path>{f.home.path("mine").toStdString()});
    const QList<QAction*> added = f.find<QPushButton>("removeModelFolder")->menu()->actions();
    QCOMPARE(added.size(), 1);
    added.front()->trigger();
    QVERIFY(f.looked());
    QVERIFY(!f.column(ModelTable::Name).contains("bloom"));
    QVERIFY(addedModelFolders().empty());
  }

  void whereNothingIsTheDialogTeaches() {
    const FakeHome home;
    Settings settings(home.path("settings.ini"));
    ModelsDialog dialog(settings);
    dialog.show();
    dialog.look();
    QVERIFY(QTest::qWaitFor([&] { return !dialog.isLooking(); }, WindowFixture::kPatienceMs));
    QCOMPARE(dialog.view()->model()->rowCount(), 1);
    QVERIFY(dialog.findChild<QLabel*>("aboutModel")->text().contains("LM Studio"));
    QVERIFY(dialog.findChild<QLabel*>("modelsState")->toolTip().contains(home.path(".cache/huggingface/hub")));
  }

  void theWindowOpensAModelOfTheList() {
    const FakeHome home;
    const TinyFolder tiny;
    for (const QString name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"})
      home.putInHub("org/typed", "aaa", name, damage::readAll(tiny.file(name)));
    WindowFixture f;
    QVERIFY(f.open("built-in"));
    QVERIFY(!f.window->modelsDialog());
    for (QAction* action : f.find<QMenu>("models")->actions())
      if (action->text().contains("models on this machine")) action->trigger();
    ModelsDialog* dialog = f.window->modelsDialog();
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    QVERIFY(QTest::qWaitFor([&] { return !dialog->isLooking(); }, WindowFixture::kPatienceMs));
    QVERIFY(f.leadsToResult([&] { dialog->open("org/typed"); }));
    QVERIFY2(f.window->windowTitle().startsWith("org/typed"), qPrintable(f.window->windowTitle()));
    QCOMPARE(f.page()->explored()->result->model.name, std::string("org/typed"));
    QCOMPARE(f.settings.recentModels(), QStringList{home.path(FakeHome::hub("org/typed") + "/snapshots/aaa")});
  }

  void foldersAndFilesAreDropped() {
    const TinyFolder tiny;
    WindowFixture f;
    QVERIFY(f.open("built-in"));
    for (const QString& path : {tiny.path(), tiny.file("model.safetensors")}) {
      QMimeData data;
      data.setUrls({QUrl::fromLocalFile(path)});
      QDragEnterEvent enter({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
      QVERIFY(QApplication::sendEvent(f.window.get(), &enter) && enter.isAccepted());
      QVERIFY(f.leadsToResult([&] {
        QDropEvent drop({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(f.window.get(), &drop);
      }));
      QCOMPARE(f.window->document().inputs().model, path);
    }
  }

  void closedWhileItLooks() {
    for (int i = 0; i < 20; ++i) {
      DialogFixture f;
      f.dialog.look();
      f.dialog.look();
      QVERIFY(f.dialog.isLooking());
    }
  }
};

QTEST_MAIN(TestModelsDialog)
#include "tst_models_dialog.moc"
