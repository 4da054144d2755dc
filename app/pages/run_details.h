#pragma once

#include "core/catalogue/catalogue.h"
#include "widgets/colour_map.h"

#include <QString>
#include <QWidget>
#include <optional>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace sinkscope {

class RunPicture;

/// The chosen run: its picture, what is known of it, what its owner writes on it, and what can be done with it.
class RunDetails : public QWidget {
  Q_OBJECT

 public:
  explicit RunDetails(QWidget* parent = nullptr);
  ~RunDetails() override;

  /// Shows a row; of `chosen` rows, where there are several, only what can be done with all of them.
  void setRun(const RunRow* run, int chosen);
  /// What comes a little later of the shown run: the picture and all prompts.
  void setCard(const QString& run, const RunCard& card);
  /// How running it again went; of the shown run.
  void setRerun(const QString& run, const QString& words);
  void setColourMap(ColourMap map);
  /// To the name, to be written anew.
  void editName();
  /// Asks for what was written to be kept.
  void takeLabels();

 signals:
  void labelsEdited(const QString& run, const sinkscope::RunLabels& labels);
  void openWanted();
  void settingsWanted();
  /// Do its numbers come again?
  void rerunWanted();
  void revealWanted();
  /// What is in its file.
  void contentsWanted();
  void discardWanted();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void setFields(const RunLabels& labels);

  QString run_;
  RunLabels labels_;  // as they are in the file
  RunPicture* picture_;
  QLabel* title_;
  QLabel* facts_;
  QLabel* prompt_;
  QLabel* rerun_;
  QLineEdit* name_;
  QLineEdit* tags_;
  QPlainTextEdit* note_;
  QPushButton *open_, *settings_, *again_, *contents_, *reveal_, *discard_;
};

}  // namespace sinkscope
