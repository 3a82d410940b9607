#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace tsunagi::handoff {

/// The name of the Japanese public holiday on `day` (国民の祝日に関する法律, incl. equinoxes, substitute holidays 振替休日 and
/// the days between two holidays 国民の休日), or nothing. Right for 2020 to 2099; the astronomical equinoxes of future years
/// are announced each February and can be set right in a desk's hours (`exceptions`).
std::optional<std::string> public_holiday(std::chrono::year_month_day day);

}  // namespace tsunagi::handoff
