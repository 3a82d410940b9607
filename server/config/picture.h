#pragma once
#include "server/config/rich_menu.h"

#include <optional>
#include <string>

namespace tsunagi::config {

/// What the header of a PNG or JPEG file says; `bytes` go into the result. Nothing when it is neither, or when its header is cut off.
/// Only the header is looked at: LINE reads the rest.
std::optional<Picture> picture_of(std::string bytes);

}  // namespace tsunagi::config
