#pragma once

#include "widgets/colour_map.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QUndoStack>
#include <functional>

namespace sinkscope {

/// Everything that is set in the window for the Explore page. A value, so that undoing is putting an old one back.
struct Inputs {
  QString model;  ///< a demo model's name, a file or a folder; empty: none yet
  QString device = QStringLiteral("cpu");
  QString prompt;
  bool bos = true;
  bool chat = false;    ///< the Explore page reads the prompt as a chat message
  int tokenLimit = 64;  ///< 0: none

  // The Perturb page's.
  int swapPosition = -1;  ///< in the text's tokens, an added <bos> not counted; -1: not chosen
  qint64 swapId = -1;     ///< the token that takes its place; -1: not chosen
  QString changedPrompt;  ///< where it is not empty, the change is to this text instead
  QStringList conditions{QStringLiteral("bos"), QStringLiteral("no-bos")};  ///< by `conditionName`
  QString changeNorm = QStringLiteral("relative");                          ///< by `changeNormName`
  bool logarithmicChange = true;

  bool everyPosition = false;  ///< a sweep over all positions rather than one swap
  int sweepDraws = 4;          ///< random replacements a position
  int sweepSeed = 1;

  // The Influence page's.
  int influencedToken = -1;  ///< in the text's tokens, an added <bos> not counted; -1: the last
  int fromLayers = 0;        ///< influence of the stream after so many layers ...
  int toLayers = -1;         ///< ... on that after so many; -1: all
  bool afterFinalNorm = false;
  int probes = 16;                                    ///< random vectors a token; 0: exact
  bool fullMatrix = false;                            ///< on every token, not on one
  QString influenceMap = QStringLiteral("measured");  ///< by `influenceMeasureName`
  QString pathSums = QStringLiteral("rollout");       ///< by `influenceMeasureName`

  QString collapseMeasure = QStringLiteral("relative-residual");  ///< the Collapse page's, by `collapseMeasureName`

  /// The Intervene page's, in the notation of interventions.
  QStringList interventions{QStringLiteral("hide"), QStringLiteral("value"), QStringLiteral("off-by-one"),
                            QStringLiteral("window=16"), QStringLiteral("window=16+4")};

  double epsilon = 0.3;
  bool includeQuery0 = true;
  bool sorted = false;
  bool logarithmic = false;
  bool hideSink = false;
  bool compareBos = false;  ///< show the head with <bos> on and off side by side
  ColourMap colourMap = ColourMap::Viridis;

  bool operator==(const Inputs&) const = default;
  /// Whether both ask the model the same question.
  bool sameQuestion(const Inputs& other) const {
    return model == other.model && device == other.device && prompt == other.prompt && bos == other.bos &&
           chat == other.chat && tokenLimit == other.tokenLimit;
  }
  /// Whether both are about the same text; <bos> is no part of it.
  bool sameText(const Inputs& other) const {
    return model == other.model && device == other.device && prompt == other.prompt && tokenLimit == other.tokenLimit;
  }
  /// Whether both follow the same change of the same prompt.
  bool sameChange(const Inputs& other) const {
    return model == other.model && device == other.device && prompt == other.prompt && tokenLimit == other.tokenLimit &&
           swapPosition == other.swapPosition && swapId == other.swapId && changedPrompt == other.changedPrompt &&
           conditions == other.conditions;
  }
  /// Whether both sweep the same prompt alike.
  bool sameSweep(const Inputs& other) const {
    return sameText(other) && conditions == other.conditions && sweepDraws == other.sweepDraws &&
           sweepSeed == other.sweepSeed;
  }
  /// Whether both ask about the same influence.
  bool sameInfluence(const Inputs& other) const {
    return sameText(other) && influencedToken == other.influencedToken && fromLayers == other.fromLayers &&
           toLayers == other.toLayers && afterFinalNorm == other.afterFinalNorm && probes == other.probes &&
           fullMatrix == other.fullMatrix;
  }
};

/// How the inputs make the page look, as a run file keeps it: a JSON object.
QString lookOf(const Inputs& inputs);
/// Puts such a look into the inputs; what it lacks stays as it is.
void applyLook(const QString& json, Inputs& inputs);

/// The inputs with undo and redo. Every view reads them here and changes them here.
class Document : public QObject {
  Q_OBJECT

 public:
  /// What a change is about: the words of the undo action, and which changes are gathered into one.
  enum class Field {
    Model,
    Device,
    Prompt,
    Bos,
    Chat,
    TokenLimit,
    Epsilon,
    Query0,
    Sorting,
    Scale,
    Sink,
    Comparison,
    Colours,
    Swap,
    ChangedPrompt,
    Conditions,
    Sweep,
    Norm,
    InfluencedToken,
    Layers,
    Probes,
    FullMatrix,
    InfluenceView,
    Measure,
    Interventions
  };

  explicit Document(Inputs inputs, QObject* parent = nullptr);

  const Inputs& inputs() const { return inputs_; }
  QUndoStack& undoStack() { return undo_; }

  /// Changes the inputs, undoably; nothing happens when nothing changes.
  void edit(Field field, const std::function<void(Inputs&)>& change);

  /// Adds to the last change what belongs to it but was known only later; undone together with it.
  void complete(const Inputs& inputs);

  /// Puts other inputs in place, without a way back: a run was opened.
  void replace(const Inputs& inputs);

 signals:
  void changed(const sinkscope::Inputs& now, const sinkscope::Inputs& before);

 private:
  class Change;
  void put(const Inputs& inputs);

  Inputs inputs_;
  QUndoStack undo_;
};

}  // namespace sinkscope
