#include "app/session.h"
#include "core/analysis/explore.h"
#include "tests/app/tiny_folder.h"

#include <QSignalSpy>
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

using namespace sinkscope;

namespace {

/// A session with a spy on every signal.
struct Fixture {
  std::unique_ptr<Session> session = std::make_unique<Session>();
  QSignalSpy started{session.get(), &Session::started};
  QSignalSpy finished{session.get(), &Session::finished};
  QSignalSpy failed{session.get(), &Session::failed};
  QSignalSpy stopped{session.get(), &Session::stopped};
  QSignalSpy modelLoaded{session.get(), &Session::modelLoaded};
  QSignalSpy explored{session.get(), &Session::explored};
  QSignalSpy opened{session.get(), &Session::opened};
  QSignalSpy saved{session.get(), &Session::saved};
  QSignalSpy imageReady{session.get(), &Session::imageReady};
  QSignalSpy thumbnailsReady{session.get(), &Session::thumbnailsReady};
  QSignalSpy rowReady{session.get(), &Session::rowReady};
  QSignalSpy entryReady{session.get(), &Session::entryReady};

  static int of(const QSignalSpy& spy, Session::Id id) {
    return static_cast<int>(std::count_if(spy.begin(), spy.end(),
                                          [id](const QVariantList& call) { return call.front().toULongLong() == id; }));
  }
  int ends(Session::Id id) const { return of(finished, id) + of(failed, id) + of(stopped, id); }
  /// Waits for the request's end, and a little longer for a second one that must not come.
  bool settle(Session::Id id) {
    if (!QTest::qWaitFor([&] { return ends(id) > 0; }, 20000)) return false;
    QTest::qWait(20);
    return ends(id) == 1;
  }
  ExploredPtr result() const { return explored.back().at(1).value<ExploredPtr>(); }
  ExploredPtr explore(const ExploreRequest& request) {
    const Session::Id id = session->explore(request);
    return settle(id) && of(finished, id) == 1 ? result() : nullptr;
  }
};

/// An image's values, -1 where it has none: NaN equals nothing.
std::vector<float> weights(const Matrix& image) {
  std::vector<float> values = image.values;
  std::replace_if(
      values.begin(), values.end(), [](float value) { return std::isnan(value); }, -1.0f);
  return values;
}

}  // namespace

class TestSession : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

  ExploreRequest request(const std::string& prompt = "the quick brown fox", bool bos = true) const {
    ExploreRequest request;
    request.model = model_.path().toStdString();
    request.prompts = {prompt};
    request.bos = bos;
    return request;
  }
  ExploreRequest longRequest() const {
    ExploreRequest many = request(std::string(60, 'x'));
    many.prompts.assign(20000, many.prompts.front());
    many.keep = Keep::Statistics;
    return many;
  }

 private slots:
  void exploresInStages() {
    Fixture f;
    const ExploredPtr answer = f.explore(request());
    QVERIFY(answer);
    QCOMPARE(f.modelLoaded.size(), 1);
    const auto facts = f.modelLoaded.front().at(1).value<ModelFacts>();
    QCOMPARE(facts.bosText, QString("<s>"));
    QVERIFY(facts.tokenizer);
    QCOMPARE(answer->result->prompts.size(), std::size_t{1});
    QCOMPARE(answer->result->prompts[0].tokens.size(), std::size_t{20});  // <s> and 19 characters
    QCOMPARE(answer->hasAttention, std::vector<bool>{true});
    QVERIFY(answer->file.isEmpty());
  }

  void chatMessagesHaveTheirMarkup() {
    const TinyFolder folder;
    const auto tokensOf = [&](bool chat) {
      Fixture f;
      ExploreRequest asked = request("abc");
      asked.model = folder.path().toStdString();
      asked.chat = chat;
      const ExploredPtr answer = f.explore(asked);
      std::string text = answer ? answer->result->request.chat ? "chat: " : "raw: " : "";
      if (answer)
        for (const Token& token : answer->result->prompts[0].tokens) text += visibleText(token);
      return text;
    };
    QCOMPARE(tokensOf(true), std::string("raw: <s>abc"));  // it has no template
    folder.addChatTemplate("{{ bos_token }}[{{ messages[0].content }}]");
    QCOMPARE(tokensOf(true), std::string("chat: <s>[abc]"));
    QCOMPARE(tokensOf(false), std::string("raw: <s>abc"));
  }

  void aModelThatIsNotThereFailsWithASentence() {
    Fixture f;
    ExploreRequest missing = request();
    missing.model = model_.file("nothing.gguf").toStdString();
    const Session::Id id = f.session->explore(missing);
    QVERIFY(f.settle(id));
    QCOMPARE(f.failed.size(), 1);
    QVERIFY2(f.failed[0][1].toString().contains("nothing.gguf"), qPrintable(f.failed[0][1].toString()));
    QVERIFY(f.explored.isEmpty());
    QVERIFY(f.explore(request()));  // and the session goes on
  }

  void stopsBeforeTheStart() {
    Fixture f;
    const Session::Id first = f.session->explore(longRequest());
    const Session::Id second = f.session->open("never.h5");
    f.session->cancel(second);
    QVERIFY(f.settle(second));
    QCOMPARE(Fixture::of(f.stopped, second), 1);
    QCOMPARE(Fixture::of(f.started, second), 0);
    f.session->cancel(first);
    QVERIFY(f.settle(first));
  }

  void stopsDuring() {
    Fixture f;
    const Session::Id id = f.session->explore(longRequest());
    QVERIFY(QTest::qWaitFor([&] { return f.modelLoaded.size() == 1; }, 20000));
    f.session->cancel(id);
    QVERIFY(f.settle(id));
    QCOMPARE(f.stopped.size(), 1);
    QVERIFY(f.explored.isEmpty());
  }

  void theNewerRequestWins() {
    Fixture f;
    const Session::Id older = f.session->explore(longRequest());
    const Session::Id newer = f.session->explore(request());
    QVERIFY(f.settle(newer));
    QVERIFY(f.settle(older));
    QCOMPARE(Fixture::of(f.stopped, older), 1);
    QCOMPARE(Fixture::of(f.finished, newer), 1);
    QCOMPARE(f.explored.size(), 1);
  }

  void destructionEndsEverything() {
    Fixture f;
    const Session::Id running = f.session->explore(longRequest());
    QVERIFY(QTest::qWaitFor([&] { return f.started.size() == 1; }, 20000));
    const Session::Id waiting = f.session->open("never.h5");
    f.session.reset();
    QCOMPARE(f.ends(running), 1);
    QCOMPARE(f.ends(waiting), 1);
    QCOMPARE(f.stopped.size(), 2);
  }

  void aResultOutlivesItsSession() {
    ExploredPtr answer;
    {
      Fixture f;
      answer = f.explore(request());
    }
    QCOMPARE(answer->result->prompts[0].prompt, std::string("the quick brown fox"));
  }

  void mapsAgreeWithEachOther() {
    Fixture f;
    const ExploredPtr answer = f.explore(request());
    const HeadAddress head{answer, 0, 1, 4};
    QVERIFY(f.settle(f.session->image({head, QRect(0, 0, 20, 20), QSize(20, 20), false, 0})));
    QVERIFY(f.settle(f.session->row({head, 7, 0})));
    QVERIFY(f.settle(f.session->entry({head, 7, 3, 0})));
    const auto image = f.imageReady.back().at(1).value<HeadImagePtr>();
    const auto row = f.rowReady.back().at(1).value<HeadRowPtr>();
    const auto entry = f.entryReady.back().at(1).value<HeadEntry>();
    QCOMPARE(row->weights.size(), std::size_t{20});
    QVERIFY(std::abs(std::accumulate(row->weights.begin(), row->weights.end(), 0.0) - 1) < 1e-5);
    for (int key = 0; key <= 7; ++key) QVERIFY(std::abs(image->mean.at(7, key) - row->weights[key]) < 1e-6);
    QVERIFY(std::isnan(image->mean.at(7, 8)));  // later keys have no weight
    QCOMPARE(row->weights[8], 0.0f);
    QVERIFY(std::abs(entry.weight - row->weights[3]) < 1e-6);
    double share = 0;  // alpha_0 is the mean of the first column
    for (int query = 0; query < 20; ++query) share += image->mean.at(query, 0) / 20.0;
    QVERIFY(std::abs(share - answer->result->prompts[0].shares.shares(1, 4, 0)) < 1e-5);
  }

  void thumbnailsCoverTheHeadsOfALayer() {
    Fixture f;
    const ExploredPtr answer = f.explore(request());
    QVERIFY(f.settle(f.session->thumbnails({answer, 0, 2, 8, false})));
    const auto layer = f.thumbnailsReady.back().at(1).value<LayerThumbnailsPtr>();
    QCOMPARE(layer->heads.size(), std::size_t{6});
    QCOMPARE(layer->heads[5].rows, 8);
    QCOMPARE(layer->query.layer, 2);
  }

  void aSavedRunComesBackWithItsMaps() {
    Fixture f;
    const ExploredPtr live = f.explore(request());
    const QString path = model_.file("run.h5");
    QVERIFY(f.settle(f.session->save({live, {0.8, false, 2, 3, "{}"}, path, true})));
    QCOMPARE(f.saved.size(), 1);
    QVERIFY(f.settle(f.session->open(path)));
    QCOMPARE(f.opened.size(), 1);
    const auto run = f.opened[0][1].value<ExploredPtr>();
    const auto view = f.opened[0][2].value<ViewState>();
    QCOMPARE(view.epsilon, 0.8);
    QCOMPARE(view.includeQuery0, false);
    QCOMPARE(view.layer, 2);
    QCOMPARE(view.head, 3);
    QCOMPARE(run->file, path);
    QVERIFY(run->result->prompts[0].shares.shares == live->result->prompts[0].shares.shares);

    const auto imageOf = [&](const ExploredPtr& source) {
      f.settle(f.session->image({{source, 0, 2, 3}, QRect(0, 0, 20, 20), QSize(20, 20), false, 0}));
      return weights(f.imageReady.back().at(1).value<HeadImagePtr>()->mean);
    };
    QCOMPARE(imageOf(run), imageOf(live));
    // What was opened can be saved again with everything in it.
    QVERIFY(f.settle(f.session->save({run, view, path, true})));
    QVERIFY(f.settle(f.session->open(path)));
    QCOMPARE(f.opened.size(), 2);
    QCOMPARE(imageOf(f.opened[1][1].value<ExploredPtr>()), imageOf(live));
  }

  void aRunWithoutAttentionSaysSo() {
    Fixture f;
    const ExploredPtr live = f.explore(request());
    const QString path = model_.file("small.h5");
    QVERIFY(f.settle(f.session->save({live, {}, path, false})));
    QVERIFY(f.settle(f.session->open(path)));
    const auto run = f.opened[0][1].value<ExploredPtr>();
    QCOMPARE(run->hasAttention, std::vector<bool>{false});
    QVERIFY(f.settle(f.session->row({{run, 0, 0, 0}, 3, 0})));
    QCOMPARE(f.failed.size(), 1);
    QVERIFY(f.failed[0][1].toString().contains("without attention"));
  }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
