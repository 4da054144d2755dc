#include "app/training_words.h"

#include "core/duration_text.h"
#include "core/error.h"

#include <QObject>
#include <QStringList>
#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sinkscope {
namespace {

constexpr std::size_t kSpeedSteps = 100;  // of which the speed is taken

std::int64_t lastStep(const TrainingLog& log) {
  return log.steps.empty() ? 0 : log.steps.back().step;
}

}  // namespace

std::optional<Recipe> recipeOf(const TrainingLog& log) {
  try {
    return recipeFromJson(log.start.recipe, log.start.name);
  } catch (const Error&) {
    return std::nullopt;
  }
}

QString trainingStateTitle(TrainingState state) {
  switch (state) {
    case TrainingState::Running:
      return QObject::tr("running");
    case TrainingState::Paused:
      return QObject::tr("paused");
    case TrainingState::Stopped:
      return QObject::tr("stopped");
    case TrainingState::Finished:
      return QObject::tr("finished");
    case TrainingState::Interrupted:
      return QObject::tr("interrupted");
  }
  return {};
}

QString trainingSteps(const TrainingLog& log) {
  const std::optional<Recipe> recipe = recipeOf(log);
  return recipe ? QObject::tr("%1 of %2 steps").arg(lastStep(log)).arg(recipe->steps)
                : QObject::tr("%1 steps").arg(lastStep(log));
}

QString trainingProgress(const TrainingLog& log) {
  const std::int64_t step = lastStep(log);
  const std::optional<Recipe> recipe = recipeOf(log);
  QString words = recipe ? QObject::tr("step %1 of %2").arg(step).arg(recipe->steps) : QObject::tr("step %1").arg(step);
  if (!log.steps.empty()) words += QObject::tr(", loss %1").arg(log.steps.back().loss, 0, 'f', 3);
  return words;
}

double trainedShare(const TrainingLog& log) {
  const std::optional<Recipe> recipe = recipeOf(log);
  return recipe ? static_cast<double>(lastStep(log)) / static_cast<double>(recipe->steps) : 0.0;
}

QString durationWords(double seconds) {
  return QString::fromStdString(aboutTime(seconds));
}

QString trainingTimeLeft(const TrainingLog& log) {
  const std::optional<Recipe> recipe = recipeOf(log);
  if (!recipe || log.steps.size() < 2) return {};
  const std::size_t few = std::min(log.steps.size() - 1, kSpeedSteps);
  const StepRow &last = log.steps.back(), &before = log.steps[log.steps.size() - 1 - few];
  const double each = (last.seconds - before.seconds) / static_cast<double>(few);
  return QObject::tr("%1 left").arg(durationWords(each * static_cast<double>(recipe->steps - last.step)));
}

QString trainingTrouble(const TrainingLog& log) {
  const auto found = std::find_if(log.events.rbegin(), log.events.rend(), [](const EventRow& event) {
    return event.kind == "not-finite" || event.kind == "resumed";
  });
  if (found == log.events.rend() || found->kind == "resumed") return {};
  QStringList sentences;
  for (auto at = std::prev(found.base()); at != log.events.end(); ++at)
    sentences << QString::fromStdString(at->sentence);
  return sentences.join(QLatin1Char(' '));
}

std::size_t nearestThreshold(const TrainingLog& log, double epsilon) {
  const std::vector<double>& all = log.start.epsilons;
  const auto distance = [epsilon](double one) { return std::abs(one - epsilon); };
  return static_cast<std::size_t>(std::ranges::min_element(all, {}, distance) - all.begin());
}

QString trainingConventions(const TrainingLog& log, double epsilon) {
  QStringList words;
  const std::size_t nearest = nearestThreshold(log, epsilon);
  if (nearest < log.start.epsilons.size()) words << QObject::tr("ε %1").arg(log.start.epsilons[nearest]);
  if (const std::optional<Recipe> recipe = recipeOf(log))
    words << QObject::tr("T %1").arg(recipe->longestContext())
          << QObject::tr("%1 windows of held-out text").arg(recipe->measure.windows);
  words << QObject::tr("query 0 included") << QString::fromStdString(log.start.name);
  return words.join(QStringLiteral(" · "));
}

QString trainingNumbers(const TrainingLog& log, double epsilon) {
  QString text = QString::fromStdString(log.start.name) + '\n' + trainingConventions(log, epsilon) + '\n' +
                 trainingProgress(log) + '\n';
  if (log.measures.empty()) return text;
  const MeasureRow& last = log.measures.back();
  text += QObject::tr("measured at step %1\nloss with <bos>: %2\nloss without <bos>: %3\n")
              .arg(last.step)
              .arg(last.validationLoss, 0, 'f', 4)
              .arg(last.validationLossWithoutBos, 0, 'f', 4);
  for (std::size_t i = 0; i < std::min(log.start.epsilons.size(), last.sinkRate.size()); ++i)
    text += QObject::tr("heads above ε %1: %2 with <bos>, %3 without\n")
                .arg(log.start.epsilons[i])
                .arg(last.sinkRate[i], 0, 'f', 4)
                .arg(last.sinkRateWithoutBos[i], 0, 'f', 4);
  return text;
}

}  // namespace sinkscope
