#pragma once

#include "core/train/recipe.h"

#include <QString>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <vector>

class QFormLayout;

namespace sinkscope {

/// The fields of a recipe that matter most. What has no field here keeps its value.
class RecipeForm : public QWidget {
  Q_OBJECT

 public:
  explicit RecipeForm(QWidget* parent = nullptr);

  /// Shows a recipe; sends no signal.
  void setRecipe(const Recipe& recipe);
  /// As it is edited, maybe one that cannot be trained.
  const Recipe& recipe() const { return recipe_; }

 signals:
  void edited();

 private:
  // `part` points to the part of a recipe that the field is of.
  template <typename Part>
  void addText(QFormLayout* form, const QString& label, const char* name, Part part);
  template <typename Part>
  void addWhole(QFormLayout* form, const QString& label, const char* name, int low, int step, Part part);
  template <typename Part>
  void addReal(QFormLayout* form, const QString& label, const char* name, Part part);
  template <typename Part>
  void addCheck(QFormLayout* form, const QString& label, const char* name, Part part);
  template <typename Part>
  void addChoice(QFormLayout* form, const QString& label, const char* name, const QStringList& values, Part part);
  void addSources(QFormLayout* form);
  void take(const std::function<void()>& change);

  Recipe recipe_;
  std::vector<std::function<void()>> show_;  // each puts a part of the recipe into its field
  bool showing_ = false;
};

}  // namespace sinkscope
