#pragma once

#include "app/candidate_query.h"
#include "app/document.h"
#include "core/analysis/perturbation.h"
#include "core/analysis/sweep.h"

namespace sinkscope {

// What the Perturb page's inputs ask, and the way back from a run.

PerturbRequest perturbRequest(const Inputs& inputs);
SweepRequest sweepRequest(const Inputs& inputs);
CandidateQuery candidateQuery(const Inputs& inputs);

void putRequest(const PerturbRequest& request, Inputs& inputs);
void putRequest(const SweepRequest& request, Inputs& inputs);
/// How the page looked, a JSON object; what it lacks stays as it is.
void putLook(const QString& json, Inputs& inputs);

}  // namespace sinkscope
