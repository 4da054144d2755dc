#pragma once

#include "tests/screenshots/camera.h"

namespace sinkscope {

/// What stands over or beside the pages: palette, shortcuts, preferences, about, activity, help.
void takeDesktop(WindowFixture& f, const Camera& camera);

/// The steps of the tour, in a window without a model.
void takeTour(WindowFixture& f, const Camera& camera, const QSize& size);

/// The first runs of a kind on the Runs page held against each other, at most four; none where there are not two.
void takeComparison(WindowFixture& f, const Camera& camera, const char* kind);

}  // namespace sinkscope
