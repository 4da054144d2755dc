#pragma once

#include "app/figure_choice.h"

#include <memory>
#include <string>
#include <vector>

class QGuiApplication;

namespace sinkscope {

/// Fonts need an application, which needs no display when it is offscreen: while this lives there is one.
class FontsForFigures {
 public:
  FontsForFigures();
  ~FontsForFigures();
  FontsForFigures(const FontsForFigures&) = delete;
  FontsForFigures& operator=(const FontsForFigures&) = delete;

 private:
  std::unique_ptr<QGuiApplication> application_;  // none where the program has one
};

/// The formats of figures, as suffixes.
std::vector<std::string> figureFormatNames();

/// Writes every figure of a result (`Exploration` or what an analysis gives) into `folder` in each of `formats` (of
/// `figureFormatNames`; gif: of those that move). For the command line: needs neither a display nor a running
/// application. Returns the paths. Throws `Error`.
template <typename Result>
std::vector<std::string> writeFigureFiles(const Result& result, const FigureChoice& choice, const std::string& folder,
                                          const std::vector<std::string>& formats);

}  // namespace sinkscope
