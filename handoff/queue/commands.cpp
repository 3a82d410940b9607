#include "handoff/queue/commands.h"
