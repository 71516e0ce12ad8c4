/** Words as a code carries them: short and long, digits, marks inside, other scripts. */
export const corpus: readonly string[] =
  `a i to be of and in that have it for not on with he as you do at this but his by from they we say her she or an
will my one all would there their what so up out if about who get which go me when make can like time no just him know take
people into year your good some could them see other than then now look only come its over think also back after use two how
our work first well way even new want because any these give day most us hello table reservation tomorrow evening please thank
number phone transfer agent moment sorry goodbye yes okay sure customer service appointment confirm cancel address street
january february wednesday saturday thirty fifteen hundred thousand misunderstanding internationalization
don't i'd we're o'clock twenty-one check-in 3:30 7:45 1,000 4.50 24/7 555-0100 11234567890 bob@example.com a.m 2026
café naïve jalapeño über straße łódź ångström привет спасибо 你好 東京 ありがとう 안녕하세요 नमस्ते ελλάδα
aaaa 0000 1111 wwww oooo zzzzzzzz 12121212 mississippi banana abababab x y z 7 ok hmm uh mm wait stop no-one rock'n'roll
window orange purple yellow silver golden eleven twelve thirteen fourteen sixteen seventeen first second third fourth`.split(
    /\s+/u,
  );
