#include "app/document.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUndoCommand>
#include <utility>

namespace sinkscope {
namespace {

/// A pause of this length begins a new step of undo.
constexpr qint64 kPauseMs = 1000;

QString wordsFor(Document::Field field) {
  switch (field) {
    case Document::Field::Model:
      return QObject::tr("choice of model");
    case Document::Field::Device:
      return QObject::tr("choice of device");
    case Document::Field::Prompt:
      return QObject::tr("typing");
    case Document::Field::Bos:
      return QObject::tr("<bos>");
    case Document::Field::Chat:
      return QObject::tr("chat message");
    case Document::Field::TokenLimit:
      return QObject::tr("token limit");
    case Document::Field::Epsilon:
      return QObject::tr("eps");
    case Document::Field::Query0:
      return QObject::tr("query 0");
    case Document::Field::Sorting:
      return QObject::tr("sorting");
    case Document::Field::Scale:
      return QObject::tr("log scale");
    case Document::Field::Sink:
      return QObject::tr("hiding the sink");
    case Document::Field::Comparison:
      return QObject::tr("comparison");
    case Document::Field::Colours:
      return QObject::tr("colour map");
    case Document::Field::Swap:
      return QObject::tr("swapped token");
    case Document::Field::ChangedPrompt:
      return QObject::tr("changed prompt");
    case Document::Field::Conditions:
      return QObject::tr("conditions");
    case Document::Field::Sweep:
      return QObject::tr("sweep");
    case Document::Field::Norm:
      return QObject::tr("measure of the change");
    case Document::Field::InfluencedToken:
      return QObject::tr("influenced token");
    case Document::Field::Layers:
      return QObject::tr("layers between");
    case Document::Field::Probes:
      return QObject::tr("probes");
    case Document::Field::FullMatrix:
      return QObject::tr("full matrix");
    case Document::Field::InfluenceView:
      return QObject::tr("view of the influence");
    case Document::Field::Measure:
      return QObject::tr("measure over the layers");
    case Document::Field::Interventions:
      return QObject::tr("interventions");
  }
  return {};
}

bool gathers(Document::Field field) {
  return field == Document::Field::Prompt || field == Document::Field::Epsilon ||
         field == Document::Field::TokenLimit || field == Document::Field::ChangedPrompt;
}

}  // namespace

QString lookOf(const Inputs& inputs) {
  const QJsonObject look{{"sorted", inputs.sorted},
                         {"logarithmic", inputs.logarithmic},
                         {"hide_sink", inputs.hideSink},
                         {"colour_map", colourMapName(inputs.colourMap)}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

void applyLook(const QString& json, Inputs& inputs) {
  const QJsonObject look = QJsonDocument::fromJson(json.toUtf8()).object();
  inputs.sorted = look["sorted"].toBool(inputs.sorted);
  inputs.logarithmic = look["logarithmic"].toBool(inputs.logarithmic);
  inputs.hideSink = look["hide_sink"].toBool(inputs.hideSink);
  inputs.colourMap = colourMapNamed(look["colour_map"].toString(colourMapName(inputs.colourMap)));
}

class Document::Change : public QUndoCommand {
 public:
  Change(Document& document, Field field, Inputs after)
      : QUndoCommand(wordsFor(field)),
        document_(document),
        field_(field),
        before_(document.inputs_),
        after_(std::move(after)) {
    sinceLast_.start();
  }

  int id() const override { return gathers(field_) ? static_cast<int>(field_) : -1; }
  void undo() override { document_.put(before_); }
  void redo() override { document_.put(after_); }

  bool mergeWith(const QUndoCommand* newer) override {
    const auto* change = static_cast<const Change*>(newer);
    if (sinceLast_.elapsed() > kPauseMs) return false;
    after_ = change->after_;
    sinceLast_.restart();
    setObsolete(after_ == before_);
    return true;
  }

 private:
  Document& document_;
  Field field_;
  Inputs before_, after_;
  QElapsedTimer sinceLast_;
};

Document::Document(Inputs inputs, QObject* parent) : QObject(parent), inputs_(std::move(inputs)) {}

void Document::edit(Field field, const std::function<void(Inputs&)>& change) {
  Inputs next = inputs_;
  change(next);
  if (next != inputs_) undo_.push(new Change(*this, field, std::move(next)));
}

void Document::complete(const Inputs& inputs) {
  put(inputs);
}

void Document::replace(const Inputs& inputs) {
  undo_.clear();
  put(inputs);
}

void Document::put(const Inputs& inputs) {
  const Inputs before = std::exchange(inputs_, inputs);
  // Another vocabulary has other tokens under the same numbers.
  if (inputs_.model != before.model && inputs_.swapId == before.swapId) inputs_.swapId = -1;
  if (before != inputs_) emit changed(inputs_, before);
}

}  // namespace sinkscope
