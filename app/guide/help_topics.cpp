#include "app/guide/help_topics.h"

#include <QCoreApplication>
#include <QFile>
#include <QObject>
#include <QRegularExpression>
#include <algorithm>
#include <array>

namespace sinkscope {
namespace {

QString textOf(const QString& name) {
  QFile file(QStringLiteral(":/help/%1.md").arg(name));
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

std::vector<HelpTopic> readTopics() {
  static const QRegularExpression link(QStringLiteral(R"(\]\(([a-z0-9-]+)\.md\))"));
  std::vector<HelpTopic> topics;
  auto links = link.globalMatch(textOf(QStringLiteral("contents")));
  while (links.hasNext()) {
    HelpTopic topic;
    topic.name = links.next().captured(1);
    topic.text = textOf(topic.name);
    topic.title = topic.text.section('\n', 0, 0).mid(2);
    topics.push_back(topic);
  }
  return topics;
}

constexpr std::array kGuides{
    PageGuide{"ExplorePage", "sink-share", ""},  // its grid says it
    PageGuide{"PerturbPage", "perturbation",
              QT_TRANSLATE_NOOP("Guide",
                                "Click a token of the prompt, then choose what takes its place. You will see, "
                                "layer by layer, how far the change spreads with <bos> and without.")},
    PageGuide{"InfluencePage", "influence",
              QT_TRANSLATE_NOOP("Guide",
                                "Choose a model and type a prompt, then click a token: you will see which "
                                "earlier tokens move it, and what the sink leaves of their paths.")},
    PageGuide{"CollapsePage", "rank-collapse",
              QT_TRANSLATE_NOOP("Guide",
                                "Choose a model and type a prompt. You will see how alike its tokens become "
                                "from layer to layer, with <bos> and without.")},
    PageGuide{
        "ProbePage", "representational-collapse",
        QT_TRANSLATE_NOOP("Guide",
                          "Choose a model, then press Run the probes. Long sequences of one digit show whether their "
                          "ends come too close for a number type to tell apart.")},
    PageGuide{"HeadsPage", "no-op-heads",
              QT_TRANSLATE_NOOP("Guide",
                                "Choose a model, then press Scan. You will see which heads rest on the first "
                                "token without writing anything, and which tokens wake them.")},
    PageGuide{"ToyPage", "perturbation", ""},
    PageGuide{"IntervenePage", "interventions",
              QT_TRANSLATE_NOOP("Guide",
                                "Choose a model and type a prompt. You will see what becomes of the loss, the "
                                "sink and the spread when heads or the sink are taken away.")},
    PageGuide{"RobustnessPage", "robustness",
              QT_TRANSLATE_NOOP("Guide",
                                "Choose a model, then press Measure. Random tokens of many prompts are swapped: do "
                                "predictions change less where there is a sink?")},
    PageGuide{"ReportPage", "sink-rate",
              QT_TRANSLATE_NOOP("Guide",
                                "Tick models, then press Measure. Their sink rates over many prompts are put beside "
                                "those published, with <bos> and without.")},
    PageGuide{"TrainPage", "training", ""},
    PageGuide{"RunsPage", "conventions", ""},
};

}  // namespace

bool HelpTopic::has(const QString& words) const {
  const QStringList all = words.split(' ', Qt::SkipEmptyParts);
  return std::ranges::all_of(all, [this](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

const std::vector<HelpTopic>& helpTopics() {
  static const std::vector<HelpTopic> topics = readTopics();
  return topics;
}

const PageGuide& guideOf(const QObject& page) {
  static constexpr PageGuide kNone{"", "conventions", ""};
  const QByteArray name = page.metaObject()->className();
  const auto found = std::ranges::find_if(
      kGuides, [&](const PageGuide& guide) { return name.mid(name.lastIndexOf(':') + 1) == guide.page; });
  return found == kGuides.end() ? kNone : *found;
}

}  // namespace sinkscope
