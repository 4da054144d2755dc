#pragma once

#include "core/train/recipe.h"

#include <QString>
#include <QTimer>
#include <QWidget>
#include <optional>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace sinkscope {

class Notice;
class RecipeForm;
class Settings;

/// A recipe to be chosen and edited, as a form and as its JSON text beside it: what is changed in one shows in the
/// other. A text that is no recipe stays as it was typed, with one sentence on what is wrong.
class RecipePanel : public QWidget {
  Q_OBJECT

 public:
  explicit RecipePanel(Settings& settings, QWidget* parent = nullptr);

  void setRecipe(const Recipe& recipe);
  /// A recipe that ships, or a file; says in the panel what is wrong with it.
  void open(const QString& nameOrFile);
  /// The recipe, where it can be trained.
  const std::optional<Recipe>& recipe() const { return recipe_; }
  Notice* wrong() const { return wrong_; }
  /// How fast such a model trains here; 0: not known.
  void setSpeed(double flopsPerSecond);
  /// What happens when it is started, e.g. that it waits.
  void setStartText(const QString& text);

 signals:
  void startWanted(const sinkscope::Recipe& recipe);
  /// A moment after an edit: how fast does it train?
  void speedWanted(const sinkscope::Recipe& recipe);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void takeForm();
  void takeText();
  void check(const std::string& text);
  void tell();
  void chooseFile();

  Settings& settings_;
  std::optional<Recipe> recipe_;
  double speed_ = 0.0;
  bool writing_ = false;  // the text, from the form
  QTimer edited_;
  QComboBox* recipes_;
  RecipeForm* form_;
  QPlainTextEdit* text_;
  QLabel* note_;
  Notice* wrong_;
  QLabel* estimate_;
  QPushButton* start_;
};

}  // namespace sinkscope
