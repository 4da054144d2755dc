#include "app/guide/tour_steps.h"

#include "core/shared_folder.h"

#include <QObject>

namespace sinkscope {
namespace {

std::vector<TourStep> steps() {
  const auto run = [](const char* name) { return sampleRun(QStringLiteral("tour/%1").arg(QLatin1String(name))); };
  return {
      {QObject::tr("The sink"),
       QObject::tr(
           "Each cell of the grid is one of the built-in model's 24 heads; 15 of them, framed in amber, pay more "
           "than 0.3 of their attention to <bos>, the first token. All heads together spend 51 % of their "
           "attention there, where attention spread evenly would spend 14 %."),
       run("sink"), QStringLiteral("sink-share"), 4, 0},
      {QObject::tr("A change spreads"),
       QObject::tr(
           "One word was swapped, “was” for “is”, and the maps show how far it moves the vectors of the tokens, "
           "layer by layer. After the last layer those behind it have moved by 10 % on average with <bos>, and by "
           "19 % without: resting on the first token keeps changes small."),
       run("spread"), QStringLiteral("perturbation")},
      {QObject::tr("The bound"),
       QObject::tr(
           "The maps show how much each earlier token moves the last one, and “What is left without token 0” which "
           "part of the paper's bound the other tokens keep. After six layers that is 1 % with <bos>, for what "
           "heads pay to it is missing on all other paths, and 64 % without."),
       run("bound"), QStringLiteral("influence")},
      {QObject::tr("Collapse"),
       QObject::tr(
           "The upper curves say how different the tokens' vectors still are; at 0 all would be alike. After the "
           "last layer it is 0.89 with <bos> and 0.76 without: where heads cannot rest, tokens become more alike."),
       run("collapse"), QStringLiteral("rank-collapse")},
      {QObject::tr("A head that does nothing, until it must"),
       QObject::tr(
           "Each dot is a head, further right the more it rests on <bos>, lower the less it reads there: 15 of 24 "
           "rest and read next to nothing. Head 1 of layer 2 is one of them until an apostrophe comes, and then "
           "gives that 90 % of its attention."),
       run("heads"), QStringLiteral("no-op-heads"), 2, 1},
      {QObject::tr("Depth"),
       QObject::tr(
           "Of the built-in model's heads, in 6 layers, 14 % are above ε 0.8; of LLaMa 3.1's it is 46, 73 and 78 % "
           "with 32, 80 and 126 layers. The deeper a model, the more its layers would mix, and the more of its "
           "heads rest."),
       run("depth"), QStringLiteral("sink-rate")},
      {QObject::tr("Training makes the sink"),
       QObject::tr(
           "This is how the built-in model learned: at step 500 no head was above ε 0.3, at step 1,500 it was 7 % "
           "of them, at the end 56 %. The loss went down all the while, from 7.0 to 2.9; drag the slider to see "
           "head after head turn to <bos>."),
       sampleRun(QStringLiteral("built-in")), QStringLiteral("training")},
  };
}

}  // namespace

const std::vector<TourStep>& tourSteps() {
  static const std::vector<TourStep> all = steps();
  return all;
}

QString sampleRun(const QString& name) {
  return QString::fromStdString((sharedFolder() / "runs" / (name.toStdString() + ".h5")).string());
}

}  // namespace sinkscope
