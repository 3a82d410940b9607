#include "bot/risk/view_keys.h"

namespace tsunagi::bot {

void ViewKeys::make(const View& view)
{
    const auto size = view.size();
    constexpr std::size_t ends = 2;
    if (bits.size() < size + ends) {
        pairs.resize(size);
        firsts.resize(size);
        bits.resize(size + ends);
    }
    std::uint64_t second = 0;  // of the letter behind, mixed; from the last letter to the first
    bits[size] = bits[size + 1] = any_letter;
    for (auto at = size; at-- > 0;) {
        const auto first = view.folded[at];
        const auto mixed = first * pair_mixer;
        firsts[at] = mixed << 32;
        pairs[at] = firsts[at] + second;
        second = mixed;
        bits[at] = any_letter | bit_of(first) | (view.exact[at] == first ? 0 : bit_of(view.exact[at]));
    }
}

}  // namespace tsunagi::bot
