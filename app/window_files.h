#pragma once

#include "app/settings.h"

#include <QString>

class QWidget;

namespace sinkscope {

struct Explored;

/// The file dialogs of the window; empty when the user chose nothing. Each remembers its folder.
QString chosenModelFile(QWidget* parent, Settings& settings);
QString chosenModelFolder(QWidget* parent, Settings& settings);
QString chosenRun(QWidget* parent, Settings& settings);
QString chosenPrompts(QWidget* parent, Settings& settings);
QString chosenRecipe(QWidget* parent, Settings& settings);
QString chosenRunToSave(QWidget* parent, Settings& settings, const QString& prompt);

/// For a document of that name, whose suffix is put on where it is missing.
QString chosenDocument(QWidget* parent, Settings& settings, const QString& name, const QString& format);

/// Whether a path is named as a run file is.
bool isRunFile(const QString& path);

/// "Gemma 3 270M: 21 tokens analysed in 0.12 s".
QString analysedLine(const Explored& explored);

/// The numbers of a result with what they depend on, as text to paste.
QString numbersText(const Explored& explored, const Inputs& inputs);

}  // namespace sinkscope
