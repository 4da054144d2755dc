#include "core/catalogue/run_query.h"

#include "core/error.h"

#include <QTest>

using namespace sinkscope;
using Test = RunFilter::Test;

/// What a person types into the search.
class RunQueryTest : public QObject {
  Q_OBJECT

 private slots:
  void wordsAndFilters() {
    RunQuery query;
    addTyped(query, "river kind=explore  sink_rate>=0.25 \"two words\" tags=\"first try\" bos!=both model~Gemma");
    QCOMPARE(query.words, (std::vector<std::string>{"river", "two words"}));
    const std::vector<RunFilter> expected{{RunColumn::Kind, Test::Equal, "explore"},
                                          {RunColumn::SinkRate, Test::AtLeast, "0.25"},
                                          {RunColumn::Tags, Test::Equal, "first try"},
                                          {RunColumn::Bos, Test::NotEqual, "both"},
                                          {RunColumn::Model, Test::Contains, "Gemma"}};
    QVERIFY(query.filters == expected);
    addTyped(query, "loss<3 tokens>7 loss<=4 note=\"\"");
    QCOMPARE(query.filters.size(), std::size_t{9});
    QVERIFY(query.filters.back() == (RunFilter{RunColumn::Note, Test::Equal, ""}));
  }

  void whatIsInQuotesIsNoFilter() {
    RunQuery query;
    addTyped(query, "\"kind=explore\" a\"b c\"d \"\" =x");
    QVERIFY(query.filters.empty());
    QCOMPARE(query.words, (std::vector<std::string>{"kind=explore", "ab cd", "=x"}));
  }

  void everyFilterIsTypedAgain() {
    for (const RunColumnInfo& info : kRunColumns)
      for (const Test test :
           {Test::Equal, Test::NotEqual, Test::Less, Test::AtMost, Test::Greater, Test::AtLeast, Test::Contains}) {
        const RunFilter filter{info.column, test, info.isNumber ? "1.5" : "a b=c"};
        RunQuery query;
        addTyped(query, typedFilter(filter));
        QVERIFY2(query.filters.size() == 1 && query.filters[0] == filter, typedFilter(filter).c_str());
        QVERIFY(runColumnNamed(info.key) == info.column);
      }
  }

  void mistakesAreSaid() {
    const auto sentence = [](const std::string& typed) -> QString {
      RunQuery query;
      try {
        addTyped(query, typed);
      } catch (const Error& error) {
        return error.what();
      }
      return {};
    };
    QCOMPARE(sentence("colour=red"),
             QString("'colour' is no column of the runs; expected one of name, date, kind, model, prompt, bos, tokens, "
                     "sink_rate, loss, tags, note, seconds, size, folder, problem."));
    QCOMPARE(sentence("loss<low"), QString("'loss<low' compares a number with 'low', expected a number."));
    QCOMPARE(sentence("loss<"), QString("'loss<' compares a number with '', expected a number."));
  }
};

QTEST_GUILESS_MAIN(RunQueryTest)
#include "tst_run_query.moc"
