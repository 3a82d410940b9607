#pragma once
#include "server/config/config.h"

namespace tsunagi::simulation {

/// The desk "mirai": always open, one LINE channel, a flow with every kind of step that touches what she wrote (a question,
/// a choice, reading back, handing over), and one for coming back.
config::Loaded simulated_config();

}  // namespace tsunagi::simulation
