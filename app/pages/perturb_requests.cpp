#include "app/pages/perturb_requests.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace sinkscope {
namespace {

/// What both requests have alike.
template <typename Request>
Request common(const Inputs& inputs) {
  Request request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.prompt = inputs.prompt.toStdString();
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  request.conditions.clear();
  for (const QString& name : inputs.conditions) request.conditions.push_back(conditionNamed(name.toStdString()));
  return request;
}

template <typename Request>
void putCommon(const Request& request, Inputs& inputs) {
  inputs.model = QString::fromStdString(request.model);
  inputs.device = QString::fromStdString(request.device);
  inputs.prompt = QString::fromStdString(request.prompt);
  inputs.tokenLimit = static_cast<int>(request.tokenLimit);
  inputs.conditions.clear();
  for (const Condition condition : request.conditions)
    inputs.conditions << QString::fromStdString(std::string(conditionName(condition)));
}

}  // namespace

PerturbRequest perturbRequest(const Inputs& inputs) {
  auto request = common<PerturbRequest>(inputs);
  if (inputs.changedPrompt.isEmpty())
    request.swap = Swap{inputs.swapPosition, inputs.swapId};
  else
    request.other = inputs.changedPrompt.toStdString();
  return request;
}

SweepRequest sweepRequest(const Inputs& inputs) {
  auto request = common<SweepRequest>(inputs);
  request.draws = inputs.sweepDraws;
  request.seed = static_cast<std::uint64_t>(inputs.sweepSeed);
  return request;
}

CandidateQuery candidateQuery(const Inputs& inputs) {
  return {inputs.model.toStdString(), inputs.device.toStdString(), inputs.prompt.toStdString(),
          static_cast<std::size_t>(inputs.tokenLimit), inputs.swapPosition};
}

void putRequest(const PerturbRequest& request, Inputs& inputs) {
  putCommon(request, inputs);
  inputs.everyPosition = false;
  inputs.swapPosition = request.swap ? static_cast<int>(request.swap->position) : -1;
  inputs.swapId = request.swap ? request.swap->id : -1;
  inputs.changedPrompt = QString::fromStdString(request.other);
}

void putRequest(const SweepRequest& request, Inputs& inputs) {
  putCommon(request, inputs);
  inputs.everyPosition = true;
  inputs.sweepDraws = static_cast<int>(request.draws);
  inputs.sweepSeed = static_cast<int>(request.seed);
}

void putLook(const QString& json, Inputs& inputs) {
  const QJsonObject look = QJsonDocument::fromJson(json.toUtf8()).object();
  const QString measure = look["norm"].toString();
  for (const ChangeNorm norm : kChangeNorms)
    if (measure.toStdString() == changeNormName(norm)) inputs.changeNorm = measure;
  inputs.logarithmicChange = look["logarithmic"].toBool(inputs.logarithmicChange);
}

}  // namespace sinkscope
