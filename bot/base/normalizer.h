#pragma once
#include <unicode/normalizer2.h>

#include <stdexcept>
#include <string>

namespace tsunagi {

/// ICU's own instance behind `get`, which ICU never frees and any thread may use. Throws std::runtime_error when ICU has no data for it. Callers
/// keep it in a static: ICU would be asked again for each letter, and ThreadSanitizer sees the guard of a static but not ICU's own.
inline const icu::Normalizer2& normalizer_of(const icu::Normalizer2* (*get)(UErrorCode&))
{
    UErrorCode status = U_ZERO_ERROR;
    const auto* normalizer = get(status);
    if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: no normalizer: ") + u_errorName(status));
    return *normalizer;
}

}  // namespace tsunagi
