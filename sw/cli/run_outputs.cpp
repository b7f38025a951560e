// SPDX-License-Identifier: Apache-2.0
#include "cli/run_outputs.hpp"

namespace xpike::cli {

RunOutputs::RunOutputs(const RunRequest& request) {
  if (request.json) json_.emplace(*request.json);
  if (request.scores) scores_.emplace(*request.scores);
  if (request.wave) wave_.emplace(*request.wave);
  if (request.timeline) timeline_.emplace(*request.timeline);
  if (request.dump_spikes) dump_.emplace(*request.dump_spikes);
}

std::optional<std::filesystem::path> RunOutputs::wave() const {
  if (!wave_) return std::nullopt;
  return wave_->path();
}

std::optional<std::filesystem::path> RunOutputs::dump() const {
  if (!dump_) return std::nullopt;
  return dump_->path();
}

void RunOutputs::write_json(std::string_view text) {
  if (json_) json_->write(text);
}

void RunOutputs::write_scores(const NpyArray& scores) {
  if (scores_) scores_->write(npy_bytes(scores));
}

void RunOutputs::write_timeline(std::string_view text) {
  if (timeline_) timeline_->write(text);
}

void RunOutputs::commit() {
  if (wave_) wave_->commit();
  if (timeline_) timeline_->commit();
  if (dump_) dump_->commit();
  if (scores_) scores_->commit();
  if (json_) json_->commit();
}

}  // namespace xpike::cli
